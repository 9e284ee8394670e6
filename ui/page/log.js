// Draws the conversation turn by turn: what has not changed stays as it is, with what is being typed into it.
const log = element.querySelector("#belegt-log");
const frame = element.closest(".block"); // what scrolls; Gradio gives both it and the element our class
log.setAttribute("role", "log");
frame.tabIndex = 0; // a region that scrolls can be scrolled by keyboard

const draw = () => {
  const { turns = [], label = "", waiting = false } = props.value ?? {};
  log.setAttribute("aria-label", label);
  log.setAttribute("aria-busy", waiting);
  while (log.children.length > turns.length) log.lastElementChild.remove();
  turns.forEach((html, place) => {
    let turn = log.children[place];
    if (!turn) {
      turn = document.createElement("section");
      turn.className = "belegt-exchange";
      log.append(turn);
    }
    if (turn.drawn === html) return;
    turn.innerHTML = html; // written by the server, which escapes all that is not its own
    turn.drawn = html;
    // A question moves to the top, so that its answer grows into view.
    if (place === turns.length - 1) frame.scrollTop = turn.offsetTop - log.offsetTop;
  });
};

watch("value", draw);
draw();
