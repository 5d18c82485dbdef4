// Keeps what is being filled in on this device until the form is sent; offers it again when the page comes back.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = `duixian:draft:${form.dataset.draft}`;
  const fields = () => [...form.querySelectorAll("input:not([type=hidden], [type=file], [type=search]), textarea, select")].filter((each) => each.name);
  const state = (each) => (each.type === "checkbox" ? each.checked : each.value);
  const first = new Map(fields().map((each) => [each, state(each)]));
  const mark = (each) => (each.type === "checkbox" ? `${each.name}=${each.value}` : each.name);
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* switched off */ }
  const navigation = performance.getEntriesByType("navigation")[0]?.type;
  if (kept && document.querySelector("[role=alert]") === null && navigation !== "reload") {
    for (const each of fields()) {
      const value = kept[mark(each)];
      if (value === undefined) continue;
      if (each.type === "checkbox") each.checked = value; else each.value = value;
      each.closest("details")?.setAttribute("open", "");
    }
  }
  form.addEventListener("input", () => {
    const now = Object.fromEntries(fields().filter((each) => state(each) !== first.get(each)).map((each) => [mark(each), state(each)]));
    try { localStorage.setItem(key, JSON.stringify(now)); } catch { /* full or switched off */ }
  });
  form.addEventListener("submit", () => { if (navigator.onLine) try { localStorage.removeItem(key); } catch { /* switched off */ } });
}
