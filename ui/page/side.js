// What stands beside the conversation: the evidence, one article to read, or the list of articles.
{
  const side = () => document.querySelector(".belegt-side");
  let cameFrom = "articles"; // the view that a reader goes back to
  let returnTo = null; // what had the focus before the article was opened

  const view = (name) => {
    if (!side()) return;
    if (name !== "reader") cameFrom = name;
    side().dataset.view = name;
    document.querySelectorAll(".belegt-tab").forEach((tab) => {
      tab.setAttribute("aria-pressed", tab.dataset.view === name);
    });
  };
  document.addEventListener("belegt-view", (event) => view(event.detail));
  view("articles");

  const showTurn = (number) => {
    const turn = document.getElementById(`belegt-turn-${number}`);
    document.querySelectorAll(".belegt-turn").forEach((other) => { other.hidden = other !== turn; });
    return turn;
  };

  const cite = (target) => {
    const { turn, number } = target.dataset;
    showTurn(turn);
    cameFrom = "evidence";
    returnTo = target;
    tell("cite", { turn: Number(turn), number: Number(number) });
  };
  onClick("a.belegt-marker", (marker, event) => {
    event.preventDefault();
    hideTip();
    cite(marker);
  });
  onClick("button.belegt-read", cite);
  onClick("button.belegt-open-article", (button) => {
    returnTo = button;
    tell("open", { article_id: button.dataset.article });
  });

  // An article that arrives is shown; the reader's eye, and the keyboard, go to the quote.
  const arrived = (article) => {
    view("reader");
    const target = article.querySelector("mark") ?? article.querySelector("h2");
    target.focus({ preventScroll: true });
    if (target.matches("mark")) target.scrollIntoView({ behavior: "auto", block: "center" });
    else article.closest(".belegt-side").scrollTop = 0;
  };
  const leave = () => {
    view(cameFrom);
    if (returnTo?.isConnected) returnTo.focus();
  };
  onClick(".belegt-back", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side()?.dataset.view === "reader" && !event.target.closest?.("form")) leave();
  });
  onClick(".belegt-tab", (tab) => {
    view(tab.dataset.view);
    side().scrollTop = 0;
  });

  let opened = "";
  new MutationObserver(() => {
    const article = document.querySelector(".belegt-reader [data-opened]");
    if (!article && side()?.dataset.view === "reader") view("articles"); // it was deleted
    if (article && article.dataset.opened !== opened) {
      opened = article.dataset.opened;
      if (article.querySelector("h2")) arrived(article);
      else view("reader");
    }
    // The tabs are drawn after the view was chosen, and again in another language.
    const tab = document.querySelector(".belegt-tab:not([aria-pressed])");
    if (tab) view(side().dataset.view ?? "articles");
  }).observe(document.body, { childList: true, subtree: true });

  // Hovering a marker, or reaching it by keyboard, shows its quote.
  const tip = document.createElement("div");
  tip.id = "belegt-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  const hideTip = () => { tip.hidden = true; };
  const showTip = (marker) => {
    const card = document.getElementById(marker.hash.slice(1));
    if (!card) return;
    const quote = card.querySelector("mark") ?? card.querySelector(".belegt-passage");
    const words = document.createElement("p");
    words.textContent = quote.textContent.length > 400 ? `${quote.textContent.slice(0, 400)} …` : quote.textContent;
    const source = document.createElement("p");
    source.className = "belegt-source";
    source.textContent = [card.querySelector("h3"), card.querySelector(".belegt-source")]
      .map((part) => part?.textContent).filter(Boolean).join(" · ");
    tip.replaceChildren(words, source);
    tip.hidden = false;
    marker.setAttribute("aria-describedby", tip.id);
    const place = marker.getBoundingClientRect();
    const left = Math.max(8, Math.min(place.left, innerWidth - tip.offsetWidth - 8));
    const below = place.bottom + tip.offsetHeight + 12 < innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? place.bottom + 6 : Math.max(8, place.top - tip.offsetHeight - 6)}px`;
  };
  for (const [type, act] of [["mouseover", showTip], ["focusin", showTip], ["mouseout", hideTip], ["focusout", hideTip]]) {
    document.addEventListener(type, (event) => {
      const marker = event.target.closest?.("a.belegt-marker");
      if (marker) act(marker);
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
  document.addEventListener("scroll", hideTip, true);
}
