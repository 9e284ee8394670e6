// Tells the server, by way of the bridge, what a visitor did.
const tell = (name, data = {}) => document.dispatchEvent(new CustomEvent("belegt", { detail: { name, data } }));

// Calls what is to be done when something that fits the selector is clicked, whenever it was drawn.
const onClick = (selector, act) => document.addEventListener("click", (event) => {
  const target = event.target.closest?.(selector);
  if (target) act(target, event);
});

const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
