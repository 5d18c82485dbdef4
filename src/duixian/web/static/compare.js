// A change of the view shows it at once; without this the button does. Empty fields do not stand in the address.
const form = document.querySelector("#view");
form?.addEventListener("submit", () => {
  for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
});
for (const field of form?.querySelectorAll("select, input[type=checkbox]") ?? []) {
  field.addEventListener("change", () => form.requestSubmit());
}
addEventListener("pageshow", () => {
  for (const field of form?.elements ?? []) field.disabled = false;
});
