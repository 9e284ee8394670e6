// Draws the evidence of each turn; only one turn's is shown, the latest unless a marker of another is followed.
const cards = element.querySelector("#belegt-evidence");

// A passage that is cut shows its quote in the middle; it has a size only once it is shown.
const fit = new ResizeObserver((changes) => changes.forEach(({ target: passage }) => {
  const quote = passage.querySelector("mark");
  if (quote) passage.scrollTop = quote.offsetTop - passage.offsetTop - (passage.clientHeight - quote.offsetHeight) / 2;
  passage.classList.toggle("belegt-more-above", passage.scrollTop > 1);
  passage.classList.toggle("belegt-more-below", passage.scrollTop + passage.clientHeight < passage.scrollHeight - 1);
}));

const draw = () => {
  const { turns = [] } = props.value ?? {};
  const before = cards.children.length;
  while (cards.children.length > turns.length) cards.lastElementChild.remove();
  turns.forEach((html, place) => {
    const turn = cards.children[place] ?? cards.appendChild(document.createElement("div"));
    if (turn.drawn === html) return;
    turn.innerHTML = html; // written by the server, which escapes all that is not its own
    turn.drawn = html;
    turn.querySelectorAll(".belegt-passage").forEach((passage) => fit.observe(passage));
  });
  if (turns.length !== before) {
    document.dispatchEvent(new CustomEvent("belegt-view", { detail: turns.length ? "evidence" : "articles" }));
  }
};

watch("value", draw);
draw();
