"""What a person with a screen reader, a keyboard or weak eyes needs from every page."""

import re
from pathlib import Path

import pytest

import assistant.web

WEB = Path(assistant.web.__file__).parent
PAGES = [
    "/", "/search", "/laws", "/law/%E6%B0%91%E6%B3%95%E5%85%B8?article=1067", "/cases", "/villages",
    "/village/zj-fengshuwan", "/mediate", "/rules", "/chat", "/publicity", "/login",
]  # fmt: skip
AUDIT = """() => {
  const problems = [];
  const visible = (e) => !e.closest('[hidden]') && e.type !== 'hidden';
  document.querySelectorAll('input, select, textarea').forEach((e) => {
    if (visible(e) && !e.labels.length && !e.getAttribute('aria-label')) problems.push('no label: ' + e.outerHTML.slice(0, 80));
  });
  document.querySelectorAll('button, a[href]').forEach((e) => {
    if (!e.textContent.trim() && !e.getAttribute('aria-label')) problems.push('no name: ' + e.outerHTML.slice(0, 80));
  });
  document.querySelectorAll('img').forEach((e) => { if (!e.hasAttribute('alt')) problems.push('no alt'); });
  document.querySelectorAll('use').forEach((e) => {
    if (!e.closest('svg').getAttribute('aria-hidden')) problems.push('icon not hidden');
  });
  if (document.querySelectorAll('h1').length !== 1) problems.push('h1: ' + document.querySelectorAll('h1').length);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => problems.push('id twice: ' + id));
  if (document.documentElement.lang !== 'zh-CN') problems.push('lang');
  if (!document.querySelector('main') || !document.querySelector('nav')) problems.push('landmarks');
  if (document.querySelector('[style], style, script:not([src])')) problems.push('inline style or script');
  return problems;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_page_basics(desk, path):
    page = desk.open(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(AUDIT) == []
    assert desk.fits()
    page.evaluate("document.documentElement.dataset.size = 'large'")
    assert desk.fits(), "large print scrolls sideways"


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", block))


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_tokens():
    css = (WEB / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light = _colours(css.split("}")[0])
    dark = _colours(css.split('data-theme="dark"] {')[1].split("}")[0])
    by_preference = _colours(css.split(':not([data-theme="light"]) {')[1].split("}")[0])
    assert by_preference == dark, "the two dark palettes differ"
    pairs = [
        *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "green", "maple", "ochre") for ground in ("paper", "panel")),
        ("on-green", "green-fill"), ("green", "green-soft"), ("ink", "green-soft"), ("ink-3", "green-soft"),
        ("maple", "maple-soft"), ("ink", "maple-soft"), ("ink-2", "maple-soft"), ("ink", "ochre-soft"), ("ink", "mark"),
    ]  # fmt: skip
    for name, palette in (("light", light), ("dark", dark)):
        weak = {p: round(_contrast(palette[p[0]], palette[p[1]]), 2) for p in pairs}
        assert {p: c for p, c in weak.items() if c < 4.5} == {}, name


def test_nothing_comes_from_elsewhere():
    for file in WEB.rglob("*"):
        if file.suffix in {".html", ".css", ".js"}:
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"""(?:src|href|url\(|from)\s*=?\s*["'(]?(?:https?:)?//""", text), file
            assert not re.search(r"[\U0001F300-\U0001FAFF]", text), f"emoji in {file}"
