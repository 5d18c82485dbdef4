// Words and records find each other without a jump of the page; selected words can be added. Links do the same without.
const text = document.querySelector("article.text");
const items = document.querySelector(".items");
const sift = document.querySelector("#sift");
const numbers = (element) => element.dataset.r.split(" ");
const parts = new Map();
for (const part of text?.querySelectorAll("a.s") ?? []) {
  for (const number of numbers(part)) {
    if (!parts.has(number)) parts.set(number, []);
    parts.get(number).push(part);
  }
}

function choose(number) {
  for (const old of document.querySelectorAll(".on")) old.classList.remove("on");
  for (const part of parts.get(number) ?? []) part.classList.add("on");
  const item = document.getElementById(`r${number}`);
  item?.classList.add("on");
  return item;
}

function within(box, element) {
  if (!element) return;
  const frame = box.getBoundingClientRect();
  const place = element.getBoundingClientRect();
  if (place.top < frame.top + 20 || place.bottom > frame.bottom - 20) {
    box.scrollTop += place.top - frame.top - frame.height / 3;
  }
}

text?.addEventListener("click", (event) => {
  const part = event.target.closest("a.s");
  if (!part || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const all = numbers(part);
  const now = document.querySelector(".items .on")?.id.slice(1);
  // Words of several records: another click goes to the next of them.
  within(items, choose(all[(all.indexOf(now) + 1) % all.length]));
});

items?.addEventListener("click", (event) => {
  const link = event.target.closest("a.go");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  choose(link.dataset.r);
  within(text, parts.get(link.dataset.r)?.[0]);
});

// What a record says; whom else its owner could be is not looked through.
const said = (item) => [...item.children].map((part) => (part.matches(".choices") ? "" : part.textContent)).join(" ");

if (sift && items) {
  sift.hidden = false;
  sift.addEventListener("input", () => {
    const wanted = sift.value.trim().toLowerCase();
    for (const item of items.children) item.hidden = wanted !== "" && !said(item).toLowerCase().includes(wanted);
  });
}

// Where the selection begins and ends in its paragraph, in characters as the server counts them.
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const block = range.startContainer.parentElement?.closest("[data-b]");
  if (!block || !text.contains(block) || !block.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(block);
  before.setEnd(range.startContainer, range.startOffset);
  const count = (string) => [...string].length;
  const start = count(before.toString());
  return { block: block.dataset.b, start, end: start + count(range.toString()), place: range.getBoundingClientRect() };
}

const offer = document.createElement("a");
offer.id = "offer";
offer.className = "button strong";
offer.hidden = true;
if (text) {
  offer.textContent = text.dataset.add;
  document.body.append(offer);
  document.addEventListener("selectionchange", () => {
    const found = selected();
    offer.hidden = !found;
    if (!found) return;
    const { block, start, end, place } = found;
    offer.href = `/documents/${text.dataset.document}/add?block=${block}&start=${start}&end=${end}`;
    // Positions are set through the object model, which the content security policy allows.
    offer.style.left = `${Math.max(8, Math.min(place.left, innerWidth - 170))}px`;
    offer.style.top = `${Math.min(place.bottom + 8, innerHeight - 48)}px`;
  });
}
const chosen = document.querySelector(".items li.on");
if (chosen && items) {
  within(items, chosen);
  within(text, parts.get(chosen.id.slice(1))?.[0]);
}
