// Language and shade, as the visitor chose them on this machine.
{
  const SHADE = "belegt-shade";
  const shade = (dark) => {
    document.body.classList.toggle("dark", dark);
    const button = document.querySelector(".belegt-shade");
    if (button) button.textContent = dark ? button.dataset.light : button.dataset.dark;
  };
  const chosen = localStorage.getItem(SHADE);
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (localStorage.getItem(SHADE) ? localStorage.getItem(SHADE) === "dark" : system.matches);
  if (chosen) shade(isDark());
  system.addEventListener("change", () => shade(isDark()));
  new MutationObserver(() => {
    const button = document.querySelector(".belegt-shade:not([data-shown])");
    if (!button) return;
    button.dataset.shown = "";
    shade(isDark());
  }).observe(document.body, { childList: true, subtree: true });
  onClick(".belegt-shade", () => {
    localStorage.setItem(SHADE, isDark() ? "light" : "dark");
    shade(isDark());
  });

  // The page is loaded anew in the other language; the conversation is taken up again.
  onClick(".belegt-language", (button) => {
    document.cookie = `belegt-language=${button.dataset.language}; path=/; max-age=31536000; SameSite=Lax`;
    location.reload();
  });
}
