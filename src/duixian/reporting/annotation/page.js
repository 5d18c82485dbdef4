"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { words, kinds, columns, labels } = data;
  const $ = (id) => document.getElementById(id);
  const SHORT = { figure: "f", commitment: "c", project: "p" };
  const place = {};
  for (const kind of kinds) place[kind] = Object.fromEntries(columns[kind].map((column, i) => [column.name, i]));
  const field = (record, name) => record[1 + (place[kinds[record[0]]][name] ?? -2)];
  const named = (family, code) => (labels[family] && labels[family][code]) || code;
  const make = (tag, text, props) => Object.assign(document.createElement(tag), text == null ? {} : { textContent: text }, props);

  const state = { doc: -1, kinds: new Set(kinds), status: "", indicator: "", text: "", selected: -1 };
  let records = [], shown = [], visible = [], buttons = new Map(), root = null, spans = [], hits = [], hit = -1;

  const value = (record, column) => {
    const raw = record[1 + place[kinds[record[0]]][column.name]];
    if (raw === null || raw === "" || (Array.isArray(raw) && !raw.length)) return "";
    if (typeof raw === "boolean") return labels.boolean[raw] || String(raw);
    if (Array.isArray(raw)) return raw.join(column.name === "section" ? " › " : "、");
    return column.labels ? named(column.labels, raw) : String(raw);
  };
  const amount = (record) => {
    const number = field(record, "value");
    if (number === null || number === undefined) return named("op", field(record, "op"));
    if (field(record, "kind") === "rank") return `${named("figure_kind", "rank")} ${number}`;
    const upper = field(record, "value2");
    const op = field(record, "op");
    const mark = { ge: "≥ ", gt: "> ", le: "≤ ", lt: "< ", approx: "≈ " }[op] || "";
    return mark + number + (upper === null ? "" : "–" + upper) + (field(record, "unit") || "");
  };
  const heading = (record) => {
    const kind = kinds[record[0]];
    if (kind === "figure") return field(record, "subject") || field(record, "quote");
    return kind === "project" ? field(record, "name") : field(record, "quote");
  };
  const note = (record) => {
    const kind = kinds[record[0]];
    if (kind === "figure") return [named("figure_status", field(record, "status")), amount(record), field(record, "period")];
    if (kind === "project") return [named("stage", field(record, "stage")), named("project_status", field(record, "status")), field(record, "deadline")];
    return [field(record, "theme"), field(record, "deadline"), field(record, "actor")];
  };

  function matches(record) {
    if (!state.kinds.has(kinds[record[0]])) return false;
    if (state.status && field(record, "status") !== state.status) return false;
    if (state.indicator && field(record, "indicator") !== state.indicator) return false;
    return !state.text || (heading(record) + "\n" + field(record, "quote")).toLowerCase().includes(state.text);
  }

  function paint() {
    for (const span of spans) {
      const classes = ["s"];
      for (const number of span.ids) {
        if (!visible[number]) continue;
        const record = records[number], kind = kinds[record[0]];
        if (classes.includes(SHORT[kind])) continue;
        classes.push(SHORT[kind]);
        if (kind === "figure") classes.push(field(record, "status"));
        if (kind === "commitment" && field(record, "heading")) classes.push("heading");
      }
      if (span.ids.includes(state.selected)) classes.push("on");
      span.node.className = classes.length > 1 ? classes.join(" ") : "";
    }
  }

  function filter() {
    visible = records.map(matches);
    shown = [];
    visible.forEach((yes, number) => { if (yes) shown.push(number); });
    shown.sort((a, b) => records[a].at - records[b].at);
    if (state.selected >= 0 && !visible[state.selected]) select(-1);
    paint();
    list();
    $("count").textContent = `${words.shown} ${shown.length} / ${words.of} ${records.length}`;
    $("reset").disabled = state.kinds.size === kinds.length && !state.status && !state.indicator && !state.text;
  }

  function list() {
    buttons = new Map();
    const items = shown.map((number) => {
      const record = records[number], kind = kinds[record[0]];
      const button = make("button", null, { type: "button" });
      button.dataset.number = number;
      button.append(make("b", heading(record)));
      button.append(make("small", [labels.record[kind] || kind, ...note(record)].filter(Boolean).join(" · ")));
      if (number === state.selected) button.setAttribute("aria-current", "true");
      buttons.set(number, button);
      const item = make("li");
      item.append(button);
      return item;
    });
    if (!items.length) items.push(make("li", words.nothing, { className: "empty" }));
    $("list").replaceChildren(...items);
  }

  function select(number, { scroll = false, focus = false } = {}) {
    buttons.get(state.selected)?.removeAttribute("aria-current");
    state.selected = number;
    for (const span of spans) span.node.classList.toggle("on", number >= 0 && span.ids.includes(number));
    detail();
    if (number < 0) { history.replaceState(null, "", location.pathname + location.search); return; }
    const button = buttons.get(number);
    if (button) {
      button.setAttribute("aria-current", "true");
      button.scrollIntoView({ block: "nearest" });
      if (focus) button.focus({ preventScroll: true });
    }
    const first = spans.find((span) => span.ids.includes(number));
    if (scroll && first) bring(first.node, "center");
    try { history.replaceState(null, "", "#" + field(records[number], "id")); } catch { /* some viewers forbid it */ }
  }

  // A glide over a short way shows where one goes; over a long way it only makes one wait.
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  function bring(node, block) {
    const far = Math.abs(node.getBoundingClientRect().top) > 2 * innerHeight;
    node.scrollIntoView({ block, behavior: far || still.matches ? "auto" : "smooth" });
  }

  function detail() {
    const box = $("detail");
    box.classList.toggle("empty", state.selected < 0);
    if (state.selected < 0) { box.replaceChildren(make("p", words.none_selected)); return; }
    const record = records[state.selected], kind = kinds[record[0]];
    const title = make("h2", heading(record));
    title.append(make("span", labels.record[kind] || kind, { className: "tag" }));
    const walk = make("div", null, { className: "walk" });
    for (const [text, step] of [[words.previous, -1], [words.next, 1]]) {
      walk.append(make("button", text, { type: "button", className: "plain", onclick: () => move(step) }));
    }
    walk.append(make("button", words.close, { type: "button", className: "plain", onclick: () => select(-1) }));
    const fields = make("dl");
    for (const column of columns[kind]) {
      if (column.name === "quote") continue;
      const text = value(record, column);
      if (text !== "") fields.append(make("dt", column.label, { title: column.name }), make("dd", text));
    }
    const quote = heading(record) === field(record, "quote") ? [] : [make("blockquote", field(record, "quote"))];
    const parts = [title, walk, ...quote, fields];
    const around = new Set(spans.filter((span) => span.ids.includes(state.selected)).flatMap((span) => span.ids));
    around.delete(state.selected);
    if (around.size) {
      const also = make("div", null, { className: "walk" });
      also.append(make("p", words.also));
      for (const other of [...around].slice(0, 12)) {
        also.append(make("button", heading(records[other]), { type: "button", className: "plain", onclick: () => select(other) }));
      }
      parts.push(also);
    }
    box.replaceChildren(...parts);
    box.scrollTop = 0;
  }

  function move(step) {
    if (!shown.length) return;
    const at = shown.indexOf(state.selected);
    const next = at < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + step));
    select(shown[next], { scroll: true, focus: document.activeElement?.closest("#list") != null });
  }

  function options(id, family, codes) {
    const count = new Map();
    for (const record of records) {
      const code = field(record, id);
      if (code) count.set(code, (count.get(code) || 0) + 1);
    }
    const order = codes.filter((code) => count.has(code)).concat([...count.keys()].filter((code) => !codes.includes(code)));
    $(id).replaceChildren(make("option", words.all, { value: "" }),
      ...order.map((code) => make("option", `${named(family, code)} (${count.get(code)})`, { value: code })));
    $(id).value = order.includes(state[id]) ? state[id] : "";
    state[id] = $(id).value;
  }

  function chips() {
    $("kinds").replaceChildren(...kinds.map((kind, index) => {
      const chip = make("button", null, { type: "button", className: "chip" });
      chip.append(make("i", null, { className: kind }), make("span", labels.record[kind] || kind),
        make("small", records.filter((record) => record[0] === index).length));
      chip.setAttribute("aria-pressed", state.kinds.has(kind));
      chip.onclick = () => {
        state.kinds.has(kind) ? state.kinds.delete(kind) : state.kinds.add(kind);
        chip.setAttribute("aria-pressed", state.kinds.has(kind));
        filter();
      };
      return chip;
    }));
  }

  function outline() {
    const nav = document.querySelector("#outline nav");
    const links = [...root.querySelectorAll("[data-level]")].map((node) => {
      const link = make("a", node.dataset.head || node.textContent, { href: "#" + node.id });
      link.className = "l" + Math.min(3, Number(node.dataset.level));
      link.onclick = (event) => { event.preventDefault(); bring(node, "start"); };
      return link;
    });
    nav.replaceChildren(...links);
    $("outline").hidden = !links.length;
    document.querySelector(".frame").classList.toggle("bare", !links.length);
  }

  function open(index) {
    if (index === state.doc) return;
    document.querySelectorAll(".doc").forEach((node, i) => { node.hidden = i !== index; });
    state.doc = index;
    state.selected = -1;
    root = document.querySelectorAll(".doc")[index];
    records = data.documents[index];
    spans = [...root.querySelectorAll("[data-r]")].map((node) => ({ node, ids: node.dataset.r.split(" ").map(Number) }));
    records.forEach((record) => { record.at = Infinity; });
    spans.forEach((span, at) => span.ids.forEach((number) => { records[number].at = Math.min(records[number].at, at); }));
    if ($("switch")) $("switch").value = String(index);
    options("status", "figure_status", Object.keys(labels.figure_status || {}));
    options("indicator", "indicator", Object.keys(labels.indicator || {}));
    chips();
    outline();
    filter();
    detail();
    find();
  }

  function find() {
    hits = [];
    hit = -1;
    if (state.text) {
      for (const block of root.querySelectorAll("p, h2, h3, h4")) {
        const text = block.textContent.toLowerCase();
        for (let at = text.indexOf(state.text); at >= 0 && hits.length < 2000; at = text.indexOf(state.text, at + state.text.length)) {
          hits.push({ block, start: at, end: at + state.text.length });
        }
      }
    }
    if (window.CSS && CSS.highlights && window.Highlight) {
      CSS.highlights.delete("found");
      if (hits.length) CSS.highlights.set("found", new Highlight(...hits.map(range)));
    }
    $("hits").textContent = state.text ? `${hits.length} ${words.hits}` : "";
  }

  function range({ block, start, end }) {
    const found = document.createRange(), walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let offset = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const next = offset + node.length;
      if (start >= offset && start < next) found.setStart(node, start - offset);
      if (end > offset && end <= next) { found.setEnd(node, end - offset); break; }
      offset = next;
    }
    return found;
  }

  let timer = 0;
  $("find").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { state.text = $("find").value.trim().toLowerCase(); find(); filter(); }, 120);
  });
  $("find").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !hits.length) return;
    hit = (hit + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    bring(hits[hit].block, "center");
    $("hits").textContent = `${hit + 1} / ${hits.length} ${words.hits}`;
  });
  for (const id of ["status", "indicator"]) $(id).onchange = () => { state[id] = $(id).value; filter(); };
  $("reset").onclick = () => {
    Object.assign(state, { kinds: new Set(kinds), status: "", indicator: "", text: "" });
    $("find").value = $("status").value = $("indicator").value = "";
    chips();
    find();
    filter();
  };
  $("list").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) select(Number(button.dataset.number), { scroll: true });
  });
  document.querySelector("main").addEventListener("click", (event) => {
    const node = event.target.closest("[data-r]");
    if (!node) return;
    const here = node.dataset.r.split(" ").map(Number).filter((number) => visible[number]);
    if (here.length) select(here[(here.indexOf(state.selected) + 1) % here.length]);
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape") { select(-1); if (typing) event.target.blur(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const inList = event.target.closest && event.target.closest("#list");
    if (event.key === "j" || (inList && event.key === "ArrowDown")) { move(1); event.preventDefault(); }
    if (event.key === "k" || (inList && event.key === "ArrowUp")) { move(-1); event.preventDefault(); }
    if (event.key === "/") { $("find").focus(); event.preventDefault(); }
  });
  $("theme").onclick = () => {
    const now = document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const theme = now === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("duixian-theme", theme); } catch { /* private windows and some file viewers have no storage */ }
  };
  try {
    const theme = localStorage.getItem("duixian-theme");
    if (theme) document.documentElement.dataset.theme = theme;
  } catch { /* as above */ }
  if ($("switch")) $("switch").onchange = () => { open(Number($("switch").value)); scrollTo(0, 0); };
  if (matchMedia("(max-width: 76rem)").matches) $("outline").open = false;

  if (!data.documents.length) return;
  const wanted = decodeURIComponent(location.hash.slice(1));
  let first = 0, record = -1;
  data.documents.forEach((rows, index) => rows.forEach((row, number) => {
    if (wanted && field(row, "id") === wanted) { first = index; record = number; }
  }));
  open(first);
  if (record >= 0) select(record, { scroll: true });
  else if (wanted) document.getElementById(wanted)?.scrollIntoView();
})();
