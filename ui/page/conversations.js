// Conversations are kept in this browser alone, in a database of its own for each visitor who signed in.
{
  const CURRENT = "belegt-conversation"; // what this tab shows; another tab may show another
  let labels = {};
  let database = null;

  const finished = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const open = (visitor) => {
    const request = indexedDB.open(`belegt ${visitor}`.trim(), 1);
    // Titles lie apart: to list a thousand conversations, their answers need not be read.
    request.onupgradeneeded = () => ["titles", "records"].forEach((name) => {
      request.result.createObjectStore(name, { keyPath: "key" });
    });
    return finished(request);
  };
  const store = (name, mode = "readonly") => database.transaction(name, mode).objectStore(name);
  const get = (name, key) => finished(store(name).get(key));
  const put = (name, value) => finished(store(name, "readwrite").put(value));
  const list = async () => (await finished(store("titles").getAll())).sort((one, other) => other.changed - one.changed);

  const keep = async (record) => {
    sessionStorage.setItem(CURRENT, record.key);
    const known = await get("titles", record.key);
    const title = known?.title || record.turns[0]?.question.slice(0, 120) || labels.untitled_conversation;
    await put("records", record);
    await put("titles", { key: record.key, title, changed: Date.now() });
    draw();
  };
  const show = async (key) => {
    const record = await get("records", key);
    if (!record) return;
    sessionStorage.setItem(CURRENT, key);
    tell("restore", { record });
    draw();
  };
  const forget = async (key) => {
    await finished(store("records", "readwrite").delete(key));
    await finished(store("titles", "readwrite").delete(key));
    if (sessionStorage.getItem(CURRENT) === key) fresh();
    draw();
  };
  const fresh = () => {
    sessionStorage.removeItem(CURRENT);
    tell("fresh");
    draw();
    document.querySelector(".belegt-ask textarea")?.focus();
  };

  let asked = ""; // the title of what is being written out, for the name of its file
  const write = async (known, format) => {
    asked = `${known.title.replace(/[^\p{L}\p{N} _-]/gu, "").trim().slice(0, 60) || "belegt"}.${format === "json" ? "json" : "md"}`;
    tell("export", { record: await get("records", known.key), title: known.title, format });
  };
  const download = ({ text, type }) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    link.download = asked;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  const button = (text, act, kind = "belegt-button") => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };
  const rename = (item, known) => {
    const form = document.createElement("form");
    const field = document.createElement("input");
    field.value = known.title;
    field.maxLength = 120;
    field.setAttribute("aria-label", labels.rename);
    form.append(field, button(labels.rename, () => form.requestSubmit()));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await put("titles", { ...known, title: field.value.trim() || known.title });
      draw();
    });
    form.addEventListener("keydown", (event) => { if (event.key === "Escape") draw(); });
    item.replaceChildren(form);
    field.select();
  };
  const row = (known) => {
    const item = document.createElement("li");
    const title = button(known.title, () => show(known.key), "belegt-conversation-title");
    if (known.key === sessionStorage.getItem(CURRENT)) title.setAttribute("aria-current", "true");
    const more = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "⋯";
    summary.setAttribute("aria-label", `${known.title}: ${labels.rename}, ${labels.delete} …`);
    const remove = button(labels.delete, () => {
      if (remove.textContent === labels.delete_sure) forget(known.key);
      remove.textContent = labels.delete_sure;
    });
    more.append(
      summary,
      button(labels.rename, () => rename(item, known)),
      button(labels.export_markdown, () => write(known, "markdown")),
      button(labels.export_json, () => write(known, "json")),
      remove,
    );
    item.append(title, more);
    return item;
  };
  const draw = async () => {
    const drawer = document.querySelector(".belegt-conversations");
    if (!drawer || drawer.hidden || !labels.conversations) return; // a thousand rows take a moment, and nobody sees them
    const known = database ? await list() : [];
    const heading = document.createElement("h2");
    heading.textContent = labels.conversations;
    const rows = document.createElement("ul");
    rows.append(...known.map(row));
    const none = document.createElement("p");
    none.className = "belegt-quiet";
    none.textContent = database ? labels.no_conversations : labels.not_kept;
    drawer.setAttribute("aria-label", labels.conversations);
    drawer.replaceChildren(heading, known.length ? rows : none);
  };

  const begin = async ({ labels: texts, visitor }) => {
    labels = texts;
    try {
      database = await open(visitor);
    } catch {
      database = null; // as in a window that keeps nothing; asking works all the same
    }
    await draw();
    const current = sessionStorage.getItem(CURRENT);
    if (database && current) await show(current);
  };
  document.addEventListener("belegt-begin", (event) => begin(event.detail));
  document.addEventListener("belegt-keep", (event) => { if (database) keep(event.detail.record); });
  document.addEventListener("belegt-download", (event) => download(event.detail));
  if (window.belegtBegun) begin(window.belegtBegun);

  onClick(".belegt-fresh", fresh);
  onClick(".belegt-drawer-button", (opener) => {
    const drawer = document.querySelector(".belegt-conversations");
    drawer.hidden = !drawer.hidden;
    opener.setAttribute("aria-expanded", !drawer.hidden);
    draw();
  });
}
