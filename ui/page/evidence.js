// Draws the evidence of each turn; only one turn's is shown, the latest unless a marker of another is followed.
const cards = element.querySelector("#belegt-evidence");

const draw = () => {
  const { turns = [] } = props.value ?? {};
  const before = cards.children.length;
  while (cards.children.length > turns.length) cards.lastElementChild.remove();
  turns.forEach((html, place) => {
    const turn = cards.children[place] ?? cards.appendChild(document.createElement("div"));
    if (turn.drawn === html) return;
    turn.innerHTML = html; // written by the server, which escapes all that is not its own
    turn.drawn = html;
  });
  if (turns.length !== before) {
    document.dispatchEvent(new CustomEvent("belegt-view", { detail: turns.length ? "evidence" : "articles" }));
  }
};

watch("value", draw);
draw();
