// Ties the markers of the conversation to the cards of the evidence. Gradio calls this function once, on load.
() => {
  const chosen = "belegt-chosen";
  const closedPanel = 80; // pixels that the panel of the articles takes while it is closed
  let chosenId = "";
  let turnId = "";

  // Only one turn's evidence is shown; a marker of an earlier answer brings that answer's evidence back.
  const show = (card) => {
    const turn = card.closest(".belegt-turn");
    turnId = turn.id;
    chosenId = card.id;
    document.querySelectorAll(".belegt-turn").forEach((other) => { other.hidden = other !== turn; });
    document.querySelectorAll("." + chosen).forEach((other) => other.classList.remove(chosen));
    card.classList.add(chosen);
    card.focus({ preventScroll: true });
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    card.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
  };

  // A new answer is read from its first card on; while it grows, Gradio draws the cards anew, without our mark.
  new MutationObserver(() => {
    const turn = document.querySelector(".belegt-turn:not([hidden])");
    if (turn && turn.id !== turnId) {
      turnId = turn.id;
      const column = turn.closest(".belegt-evidence");
      const running = column.querySelector(".belegt-news:has(progress)")?.offsetHeight ?? 0;
      const offset = turn.getBoundingClientRect().top - column.getBoundingClientRect().top;
      const above = column.scrollTop + offset - running;
      column.scrollTop = above > closedPanel ? above : 0;
    }
    const card = document.getElementById(chosenId);
    if (card && !card.classList.contains(chosen)) card.classList.add(chosen);
    // Gradio names its drop zone in English; its label is in the page's language.
    const zone = document.querySelector(".belegt-drop button.upload-container");
    const name = zone?.closest(".belegt-drop").querySelector("label")?.textContent.trim();
    if (zone && zone.ariaLabel !== name) zone.ariaLabel = name;
    const header = document.querySelector(".belegt-collection > button");
    if (header) header.ariaExpanded = header.classList.contains("open");
  }).observe(document.body, { childList: true, subtree: true });

  // navigator.clipboard exists only on https and localhost; elsewhere the old way still works.
  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };

  // An empty question goes nowhere: the server's late reply to it would wipe out what is being typed by then.
  const hold = (event) => {
    const row = event.target.closest?.(".belegt-ask");
    const sends = event.type === "keydown" ? event.key === "Enter" : event.target.closest?.("button.primary");
    if (row && sends && !row.querySelector("textarea").value.trim()) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  document.addEventListener("keydown", hold, true);
  document.addEventListener("click", hold, true);

  // Files that are dragged over the page open the panel that takes them; dropped beside it, they would replace the page.
  const drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files") || event.target.closest?.(".belegt-drop")) return;
    event.preventDefault();
    const header = document.querySelector(".belegt-takes > button");
    if (event.type === "dragover") event.dataTransfer.dropEffect = "none";
    if (header && !header.classList.contains("open")) header.click();
  };
  document.addEventListener("dragover", drag);
  document.addEventListener("drop", drag);

  document.addEventListener("click", async (event) => {
    const marker = event.target.closest?.("a.belegt-marker");
    if (marker) {
      event.preventDefault();
      const card = document.getElementById(marker.hash.slice(1));
      if (card) show(card);
    }
    const button = event.target.closest?.("button.belegt-copy");
    if (button) {
      const label = button.textContent;
      await copy(button.dataset.text);
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = label; }, 1500);
    }
  });
}
