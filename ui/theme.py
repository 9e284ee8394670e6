"""The look of the page: one theme of our own, in the fonts that the system has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr


def build_theme() -> gr.themes.Base:
    """Return the look: a quiet blue-green on warm grey, set in the fonts that the system has.

    Gradio's own themes name fonts which would be fetched from elsewhere.
    """
    import gradio as gr

    system = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_lg,
        font=system,
        font_mono=("ui-monospace", "Consolas", "monospace"),
    ).set(
        # The stock grey of quiet text is too faint to read comfortably.
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
    )
