// A change of the view shows it at once; without this the button does. Empty fields do not stand in the address.
const form = document.querySelector("#view");
const fields = [...(form?.querySelectorAll("select, input[type=checkbox]") ?? [])];
const asked = ({ options }) => [...options].findLast((each) => each.defaultSelected) ?? options[0];
const changed = (field) => (field.options ? field.selectedOptions[0] !== asked(field) : field.checked !== field.defaultChecked);
const fresh = performance.getEntriesByType("navigation")[0]?.type === "navigate";

form?.addEventListener("submit", () => {
  for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
});
for (const field of fields) field.addEventListener("change", () => form.requestSubmit());
// Who was quicker than this script has changed the form already.
if (fresh && fields.some(changed)) form.requestSubmit();
// Who comes back finds the form as the page was asked for, not as it was left.
addEventListener("pageshow", (event) => {
  for (const field of form?.elements ?? []) field.disabled = false;
  if (event.persisted || !fresh) form?.reset();
});
