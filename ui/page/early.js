// Runs before Gradio: its own labels follow the language that the visitor chose, where one was chosen.
{
  const chosen = document.cookie.match(/(?:^|; )belegt-language=(de|en)(?:;|$)/)?.[1];
  if (chosen) Object.defineProperty(navigator, "language", { get: () => chosen });
}
