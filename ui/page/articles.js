// The list of articles: filtered as one types, ticked to restrict the conversation; uploads by dragging; deletion.
{
  const PAUSE = 250; // milliseconds without a key before the list is asked for
  const PATIENCE = 3_000; // milliseconds in which a list is taken for the one that was asked for
  const ticked = new Set();
  let waiting = 0;
  let asked = 0;

  const fields = () => {
    const form = document.querySelector(".belegt-filter");
    return form ? Object.fromEntries(new FormData(form)) : {};
  };
  const isFiltered = () => Object.values(fields()).some((value) => value.trim());
  const list = () => {
    asked = Date.now();
    tell("filter", fields());
  };
  const filter = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { list(); mark(); }, PAUSE);
  };
  document.addEventListener("input", (event) => { if (event.target.closest?.(".belegt-filter")) filter(); });
  document.addEventListener("reset", (event) => {
    if (!event.target.matches(".belegt-filter")) return;
    ticked.clear();
    setTimeout(filter);
  });
  document.addEventListener("submit", (event) => { if (event.target.matches(".belegt-filter")) event.preventDefault(); });
  onClick('.belegt-tab[data-view="articles"]', () => { if (document.querySelector(".belegt-filter")) list(); });

  // Boxes are drawn anew with each list; which were ticked is known here.
  const mark = () => {
    document.querySelectorAll(".belegt-select").forEach((box) => { box.checked = ticked.has(box.dataset.article); });
    const button = document.querySelector(".belegt-restrict-button");
    if (!button) return;
    button.disabled = !ticked.size && !isFiltered();
    const labels = window.belegtBegun?.labels ?? {};
    const count = ticked.size === 1 ? labels.selected_one : labels.selected_many?.replace("{count}", ticked.size);
    button.dataset.count = ticked.size ? count : "";
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".belegt-select")) return;
    if (event.target.checked) ticked.add(event.target.dataset.article);
    else ticked.delete(event.target.dataset.article);
    mark();
  });

  onClick(".belegt-restrict-button", () => {
    tell("restrict", { ticked: [...ticked], filter: fields() });
    document.querySelector(".belegt-ask textarea")?.focus();
  });
  onClick(".belegt-unrestrict", () => tell("restrict"));

  const ask = (button, sure) => {
    const box = button.closest(".belegt-deletion");
    box.querySelector(".belegt-sure").hidden = !sure;
    box.querySelector(".belegt-delete").hidden = sure;
    box.querySelector(sure ? ".belegt-delete-sure" : ".belegt-delete").focus();
  };
  onClick(".belegt-delete", (button) => ask(button, true));
  onClick(".belegt-delete-not", (button) => ask(button, false));
  onClick(".belegt-delete-sure", (button) => {
    ticked.delete(button.dataset.article);
    tell("remove", { article_id: button.dataset.article });
  });

  // Files that are dragged over the page bring up the zone that takes them; dropped beside it, they would replace the page.
  const drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files") || event.target.closest?.(".belegt-drop")) return;
    event.preventDefault();
    if (event.type === "dragover") event.dataTransfer.dropEffect = "none";
    if (document.querySelector(".belegt-takes")) document.dispatchEvent(new CustomEvent("belegt-view", { detail: "articles" }));
  };
  document.addEventListener("dragover", drag);
  document.addEventListener("drop", drag);

  new MutationObserver(() => {
    const drawn = document.querySelector(".belegt-rows .belegt-list:not([data-marked])");
    if (drawn) {
      drawn.dataset.marked = "";
      mark();
      // After an upload or a deletion all are listed, whatever stands in the filter.
      const unasked = Date.now() - asked > PATIENCE;
      asked = 0;
      if (unasked && isFiltered()) list();
    }
    // Gradio names its drop zone in English; its label is in the page's language.
    const zone = document.querySelector(".belegt-drop button.upload-container");
    const name = zone?.closest(".belegt-drop").querySelector("label")?.textContent.trim();
    if (zone && zone.ariaLabel !== name) zone.ariaLabel = name;
  }).observe(document.body, { childList: true, subtree: true });
}
