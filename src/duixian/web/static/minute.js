// Keeps what is being filled in on this device until the server has it, and says when the line is down.
const form = document.querySelector("form[data-minute]");

if (form) {
  const who = form.dataset.minute;
  const name = (item) => `duixian:minute:${who}:${item}`;
  const slips = [...form.querySelectorAll(".slip[data-item]")];
  const fields = (slip) => [...slip.querySelectorAll("input:not([type=hidden], [type=file]), textarea, select")];
  const bare = (field) => field.name.replace(/-\d+$/, "");

  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const drop = (key) => { try { localStorage.removeItem(key); } catch { /* storage is switched off */ } };
  const keep = (slip) => {
    const now = Object.fromEntries(fields(slip).filter((each) => each.value !== each.defaultValue || each.dataset.kept).map((each) => [bare(each), each.value]));
    const key = name(slip.dataset.item);
    if (!Object.keys(now).length) return drop(key);
    try { localStorage.setItem(key, JSON.stringify(now)); } catch { /* full or switched off: the form still works */ }
  };

  for (const item of (document.querySelector("[data-done]")?.dataset.done ?? "").split("|")) if (item) drop(name(item));

  let restored = false;
  for (const slip of slips) {
    const kept = read(name(slip.dataset.item));
    if (!kept) continue;
    for (const field of fields(slip)) {
      const value = kept[bare(field)];
      if (value === undefined || value === field.value) continue;
      field.value = value;
      field.dataset.kept = "1";
      field.closest("details")?.setAttribute("open", "");
      restored = true;
    }
  }
  const note = document.querySelector("[data-restored]");
  if (note) note.hidden = !restored;
  document.querySelector("[data-forget]")?.addEventListener("click", () => {
    for (const slip of slips) drop(name(slip.dataset.item));
    location.assign("/minute");
  });

  form.addEventListener("input", (event) => {
    const slip = event.target.closest(".slip[data-item]");
    if (slip) keep(slip);
  });
  // One press is one report, however often the finger comes down.
  form.addEventListener("submit", (event) => {
    slips.forEach(keep);
    if (!navigator.onLine) { event.preventDefault(); tell(); return; }
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);

  const line = document.querySelector("[data-offline]");
  const tell = () => { if (line) line.hidden = navigator.onLine; };
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  tell();
}
