// The grid by keyboard: Enter and the arrows go up and down a column, typing in the box leaves the rows that hold it.
const form = document.querySelector("form[data-grid]");
const column = (field) => field.name.replace(/-.*$/, "");

function beside(field, step) {
  let row = field.closest("tr");
  do row = step > 0 ? row.nextElementSibling : row.previousElementSibling; while (row && row.hidden);
  return row && [...row.querySelectorAll("input, select, textarea")].find((each) => column(each) === column(field));
}

form.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.closest("tbody") || event.isComposing) return;
  const long = field.tagName === "TEXTAREA";
  let step = 0;
  if (event.key === "Enter" && !event.shiftKey) step = 1;
  else if (event.key === "Enter" && !long) step = -1;
  else if (event.key === "ArrowDown" && !event.altKey && field.tagName !== "SELECT" && (!long || event.ctrlKey)) step = field.hasAttribute("list") && !event.ctrlKey ? 0 : 1;
  else if (event.key === "ArrowUp" && !event.altKey && field.tagName !== "SELECT" && (!long || event.ctrlKey)) step = field.hasAttribute("list") && !event.ctrlKey ? 0 : -1;
  if (!step) return;
  event.preventDefault();
  const next = beside(field, step);
  if (next) { next.focus(); next.select?.(); }
});

const rows = [...form.querySelectorAll("tbody tr")];
const words = rows.map((row) => [...row.querySelectorAll("td")].map((cell) => [...cell.querySelectorAll("input:not([type=checkbox]), textarea")].map((each) => each.value).join(" ") + cell.textContent).join(" "));
const sift = form.querySelector("[data-sift]");
sift?.addEventListener("input", () => rows.forEach((row, at) => { row.hidden = !sift.value.trim().split(/\s+/).every((word) => words[at].includes(word)); }));
sift?.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

// Shift and a click choose all between.
let last = null;
form.addEventListener("click", (event) => {
  const box = event.target;
  if (box.name !== "row") return;
  if (event.shiftKey && last) {
    const boxes = rows.filter((row) => !row.hidden).map((row) => row.querySelector("[name=row]"));
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
});
