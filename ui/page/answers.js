// What can be done with an answer: copy it, ask again, say whether it is right; and asking at all.
{
  onClick(".belegt-suggestion", (button) => tell("ask", { question: button.textContent }));

  // The question as searched becomes a field when it is clicked.
  onClick(".belegt-edit", (button) => {
    const form = button.parentElement.querySelector("form");
    button.hidden = true;
    form.hidden = false;
    form.elements.question.focus();
  });

  onClick(".belegt-judge", (button) => {
    const before = button.getAttribute("aria-pressed") === "true";
    const exchange = button.closest(".belegt-reply");
    exchange.querySelectorAll(".belegt-judge").forEach((other) => other.setAttribute("aria-pressed", "false"));
    button.setAttribute("aria-pressed", !before);
    const form = exchange.querySelector(".belegt-correction");
    form.hidden = before || button.dataset.judgement !== "wrong";
    if (!form.hidden) form.elements.correction.focus();
    tell("judge", { turn: Number(button.dataset.turn), judgement: before ? null : button.dataset.judgement });
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".belegt-mode input")) tell("mode", { mode: event.target.value });
  });

  // Where the articles don't say, there is nothing to correct.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.(".belegt-correction");
    if (form) form.elements.correction.disabled = form.elements.unanswerable.checked;
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches(".belegt-searched form")) {
      event.preventDefault();
      tell("ask", { question: form.elements.question.value, standalone: true });
    }
    if (form.matches(".belegt-correction")) {
      event.preventDefault();
      const { correction, unanswerable } = form.elements;
      const turn = Number(form.dataset.turn);
      const said = unanswerable.checked ? "" : correction.value;
      tell("judge", { turn, judgement: "wrong", correction: said, unanswerable: unanswerable.checked });
      form.hidden = true;
      const thanks = document.createElement("p");
      thanks.className = "belegt-quiet";
      thanks.setAttribute("role", "status");
      thanks.textContent = window.belegtBegun?.labels.thanks ?? "";
      form.after(thanks);
    }
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.(".belegt-searched form, .belegt-correction");
    if (event.key !== "Escape" || !form) return;
    form.hidden = true;
    const opener = form.parentElement.querySelector(".belegt-edit") ?? form.parentElement.querySelector("[data-judgement=wrong]");
    opener.hidden = false;
    opener.focus();
  });

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
  onClick("button.belegt-copy", async (button) => {
    const label = button.textContent;
    await copy(button.dataset.text);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 1500);
  });

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
}
