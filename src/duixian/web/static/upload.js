// Sends chosen or dropped files one by one, so that each has its own progress and its own answer.
const form = document.querySelector("form[data-upload]");
const [colon, stop] = document.documentElement.lang.startsWith("zh") ? ["：", "。"] : [": ", ". "];

function row(list, name) {
  const item = document.createElement("li");
  const title = document.createElement("strong");
  title.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", name);
  const note = document.createElement("div");
  item.append(title, bar, note);
  list.append(item);
  return { bar, note };
}

function say({ bar, note }, text, look) {
  note.textContent = text;
  note.className = look ?? "";
  if (look) bar.remove();
}

function send(file, shown) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file, file.name);
    request.upload.onprogress = (event) => {
      shown.bar.value = event.loaded / Math.max(1, event.total);
      if (event.loaded === event.total) {
        shown.bar.removeAttribute("value");
        say(shown, form.dataset.reading);
      }
    };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* told below */ }
      const failures = (answer.failures ?? []).map((each) => each.target + colon + each.reason + stop + each.remedy);
      if (request.status !== 200) say(shown, answer.detail ?? form.dataset.failed, "bad");
      else if (failures.length) say(shown, failures.join("\n"), "bad");
      else if (answer.documents.length) say(shown, `${form.dataset.done} ${answer.documents.length}`, "good");
      else say(shown, form.dataset.there, "good");
      resolve(request.status === 200 ? answer.documents.length : 0);
    };
    request.onerror = () => { say(shown, form.dataset.lost, "bad"); resolve(0); };
    request.open("POST", `${form.dataset.upload}?lang=${document.documentElement.lang.slice(0, 2)}`);
    say(shown, form.dataset.doing);
    request.send(body);
  });
}

async function upload(files) {
  const list = form.querySelector(".progress");
  list.replaceChildren();
  const most = Number(form.dataset.most) * 1024 * 1024;
  const rows = [...files].map((file) => [file, row(list, file.name)]);
  let added = 0;
  for (const [file, shown] of rows) {
    if (file.size > most) say(shown, form.dataset.large, "bad");
    else added += await send(file, shown);
  }
  const over = document.createElement("li");
  const link = document.createElement("a");
  link.href = "/";
  link.className = "button strong";
  link.textContent = form.dataset.show;
  over.append(`${form.dataset.over} `, link);
  list.append(over);
  if (added && !list.querySelector(".bad")) location.assign("/");
  else link.focus();
}

if (form) {
  form.classList.add("ready");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    upload(form.elements.files.files);
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) upload(event.dataTransfer.files);
    });
  }
}
