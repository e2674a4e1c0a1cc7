// What pages do in the browser. Everything is wired by data-attributes and works on parts that htmx brings in later.
(() => {
  "use strict";
  const root = document.documentElement;
  const body = () => document.body;

  // Theme: a cookie, so that the server sends the next page in the right colours at once.
  // `theme` is what the person chose; `shade` is what the device wants, remembered only so that no page flashes.
  const paint = (theme, cookie, life) => {
    root.dataset.bsTheme = theme;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${cookie}=${theme}; path=/${life}; samesite=lax${secure}`;
  };
  const choose = () => paint(root.dataset.bsTheme === "dark" ? "light" : "dark", "theme", "; max-age=31536000");
  if ("themeUnset" in root.dataset) {
    const device = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => paint(device.matches ? "dark" : "light", "shade", "");
    follow();
    device.addEventListener("change", follow);
  }

  // A short message that the page did not come with.
  const say = (sentence, tone = "act") => {
    const note = document.createElement("div");
    note.className = `note-box note-${tone} toast-note`;
    note.setAttribute("role", tone === "bad" ? "alert" : "status");
    note.textContent = sentence;
    document.body.append(note);
    setTimeout(() => note.remove(), tone === "bad" ? 12000 : 4000);
  };

  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button.dataset.copied, "ok");
    } catch {
      const range = document.createRange();
      range.selectNodeContents(button.previousElementSibling || button);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
  };

  const toggle = (button) => {
    const open = document.getElementById(button.dataset.toggle).classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-switch],[data-dialog],[data-close],[data-dismiss],[data-copy],[data-toggle],[data-print]");
    if (!button) return;
    const kinds = button.dataset;
    if ("themeSwitch" in kinds) choose();
    else if (kinds.dialog) document.getElementById(kinds.dialog).showModal();
    else if ("close" in kinds) button.closest("dialog").close();
    else if ("dismiss" in kinds) button.closest(".note-box").remove();
    else if (kinds.copy) copy(button);
    else if (kinds.toggle) toggle(button);
    else print();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement && event.target.matches(".box")) event.target.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.target.closest("input,textarea,select,[contenteditable]")) {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
    }
    if (event.key === "Escape") document.querySelectorAll("details.who[open]").forEach((menu) => { menu.open = false; });
  });

  // Drafts: what is typed into a long form stays in this browser until the server has taken it.
  const PREFIX = "draft:";
  const DAYS = 14 * 24 * 3600 * 1000;
  // By where the form is sent to, so that a page which comes back from there with sentences finds the same draft.
  const keyOf = (form) => PREFIX + new URL(form.getAttribute("action") || "", location.href).pathname + ":" + form.dataset.autosave;
  const kept = (element) => element.name && !["password", "file", "hidden", "submit", "button"].includes(element.type)
    && !("keepOut" in element.dataset);
  const values = (form) => {
    const found = {};
    for (const element of form.elements) {
      if (!kept(element)) continue;
      const list = (found[element.name] ||= []);
      if (element.type === "checkbox" || element.type === "radio") { if (element.checked) list.push(element.value); }
      else if (element.multiple) list.push(...[...element.selectedOptions].map((option) => option.value));
      else list.push(element.value);
    }
    return found;
  };
  const fillIn = (form, found) => {
    const places = {};
    for (const element of form.elements) {
      const list = found[element.name];
      if (!kept(element) || !list) continue;
      if (element.type === "checkbox" || element.type === "radio") element.checked = list.includes(element.value);
      else if (element.multiple) for (const option of element.options) option.selected = list.includes(option.value);
      else {
        const place = (places[element.name] = (places[element.name] ?? -1) + 1);
        if (list[place] !== undefined) element.value = list[place];
      }
    }
  };
  const store = (key, value) => {
    try { if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value); } catch { /* full or forbidden: the page works without */ }
  };
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; } };
  const timers = new WeakMap();
  const changed = new Set();

  const keep = (form) => store(keyOf(form), JSON.stringify({ at: Date.now(), values: values(form) }));
  const forget = (form) => { store(keyOf(form), null); changed.delete(form); };

  const offer = (form) => {
    const draft = read(keyOf(form));
    if (!draft || Date.now() - draft.at > DAYS) return forget(form);
    const before = values(form);
    // A form that comes back with errors shows what was typed; the draft knows nothing newer.
    if (form.querySelector("[aria-invalid]") || JSON.stringify(before) === JSON.stringify(draft.values)) return undefined;
    fillIn(form, draft.values);
    changed.add(form);
    const note = document.createElement("div");
    note.className = "note-box note-act draft-note";
    note.setAttribute("role", "status");
    const words = document.createElement("div");
    words.textContent = form.dataset.restored;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "btn btn-secondary btn-sm";
    undo.textContent = form.dataset.discard;
    undo.addEventListener("click", () => { fillIn(form, before); forget(form); note.remove(); form.querySelector("input:not([type=hidden]),textarea,select")?.focus(); });
    note.append(words, undo);
    form.prepend(note);
    return undefined;
  };

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form) return;
    if ("leave" in form.dataset || form.dataset.autosave) changed.add(form);
    if (!form.dataset.autosave) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => keep(form), 400));
  });
  addEventListener("pagehide", () => { for (const form of changed) if (form.dataset.autosave) keep(form); });

  // Sending: once only. The draft goes when the next page shows that the form was taken (see `settle`).
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || event.defaultPrevented) return;
    if (form.classList.contains("sending")) { event.preventDefault(); return; }
    // A download leaves the page where it is, so its button must stay usable.
    if (form.method === "post" && !("download" in form.dataset)) form.classList.add("sending");
    if (form.dataset.autosave) {
      clearTimeout(timers.get(form));
      keep(form);
      try { sessionStorage.setItem("sent", JSON.stringify({ key: keyOf(form), from: location.pathname })); } catch { /* see store */ }
    }
    changed.delete(form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form.sending").forEach((form) => form.classList.remove("sending")));
  addEventListener("beforeunload", (event) => {
    for (const form of changed) {
      if (!form.isConnected) changed.delete(form);
      else if ("leave" in form.dataset && !form.dataset.autosave) { event.preventDefault(); return; }
    }
  });

  // After a form was sent and the same form is not shown again with errors, its draft has served.
  const settle = () => {
    let sent = null;
    try { sent = JSON.parse(sessionStorage.getItem("sent") || "null"); sessionStorage.removeItem("sent"); } catch { /* see store */ }
    if (!sent) return;
    const failed = document.querySelector("[aria-invalid], .error-summary, .error-code");
    const again = [...document.querySelectorAll("form[data-autosave]")].some((form) => keyOf(form) === sent.key);
    if (!failed && !(again && document.querySelector(".note-bad"))) store(sent.key, null);
  };

  // Passkeys. WebAuthn speaks in bytes and the server in base64url.
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (list) => (list || []).map((credential) => ({ ...credential, id: toBytes(credential.id) }));
  const create = async (options) => {
    const made = await navigator.credentials.create({ publicKey: {
      ...options, challenge: toBytes(options.challenge), user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    } });
    return { id: made.id, rawId: toText(made.rawId), type: made.type, extensions: JSON.stringify(made.getClientExtensionResults()),
      response: { attestationObject: toText(made.response.attestationObject), clientDataJSON: toText(made.response.clientDataJSON),
        transports: made.response.getTransports ? made.response.getTransports() : null } };
  };
  const assert = async (options) => {
    const made = await navigator.credentials.get({ publicKey: {
      ...options, challenge: toBytes(options.challenge), allowCredentials: withBytes(options.allowCredentials),
    } });
    const answer = made.response;
    return { id: made.id, rawId: toText(made.rawId), type: made.type, extensions: JSON.stringify(made.getClientExtensionResults()),
      assertionClientExtensions: JSON.stringify(made.getClientExtensionResults()),
      response: { authenticatorData: toText(answer.authenticatorData), clientDataJSON: toText(answer.clientDataJSON),
        signature: toText(answer.signature), userHandle: answer.userHandle ? toText(answer.userHandle) : null } };
  };
  const passkey = async (form) => {
    const problem = form.querySelector("[data-passkey-problem]");
    problem.hidden = true;
    try {
      if (!navigator.credentials) throw new Error("no passkeys");
      const options = JSON.parse(form.dataset.options);
      const credential = await (form.dataset.passkey === "create" ? create(options) : assert(options));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      problem.hidden = false;
    }
  };
  document.addEventListener("click", (event) => {
    const again = event.target.closest("[data-passkey-again]");
    if (again) passkey(again.form);
  });

  // htmx: say so when the server cannot be reached; nothing on the page is lost.
  document.addEventListener("htmx:error", () => say(body().dataset.failed, "bad"));
  document.addEventListener("htmx:after:swap", () => start(document));

  // Files: the whole field takes what is dropped on it, beside what was chosen before, and names what will be sent.
  const dropped = (event) => event.target.closest?.(".field")?.querySelector("input[type=file]");
  const listed = (input) => {
    const list = input.closest(".field").querySelector(".chosen");
    list?.replaceChildren(...[...input.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} · ${Math.max(1, Math.round(file.size / 1000)).toLocaleString()} kB`;
      return item;
    }));
  };
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
    const input = dropped(event);
    if (!input || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    input.closest(".field").classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    const files = new DataTransfer();
    for (const file of [...(input.multiple ? input.files : []), ...event.dataTransfer.files]) files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", (event) => { if (event.target.matches("input[type=file]")) listed(event.target); });

  // A tick without which chosen files would be sent in vain: the browser asks for it, in the words of the page.
  document.addEventListener("invalid", (event) => { if (event.target.dataset.needed) event.target.setCustomValidity(event.target.dataset.needed); }, true);
  document.addEventListener("change", (event) => { if (event.target.dataset?.needed) event.target.setCustomValidity(""); });

  const started = new WeakSet();
  const start = (part) => {
    for (const form of part.querySelectorAll("form[data-autosave]")) if (!started.has(form)) { started.add(form); offer(form); }
    for (const form of part.querySelectorAll("form[data-passkey]")) if (!started.has(form)) { started.add(form); passkey(form); }
    if (matchMedia("(pointer: fine)").matches) for (const hint of part.querySelectorAll(".drop-hint")) hint.hidden = false;
    for (const step of part.querySelectorAll(".stages .now")) step.closest(".stages-scroll").scrollLeft = step.offsetLeft - 120;
    for (const box of part.querySelectorAll("[data-scroll]")) if (!started.has(box)) { started.add(box); box.scrollLeft = Number(box.dataset.scroll); }
    for (const tab of part.querySelectorAll(".tabs [aria-current]")) tab.closest("ul").scrollLeft = tab.offsetLeft - tab.closest("ul").offsetLeft - 60;
    for (const box of part.querySelectorAll("[data-focus]")) if (!started.has(box)) { started.add(box); box.focus(); }
    // A box whose form came back with sentences: the page holds it open, and here it comes to the front.
    for (const box of part.querySelectorAll("dialog.box[open]")) if (!started.has(box)) { started.add(box); box.close(); box.showModal(); box.querySelector("[aria-invalid]")?.focus(); }
  };
  settle();
  start(document);
})();
