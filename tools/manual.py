"""Make the manual that help buttons open: local pages in two languages out of ``docs/manual`` and the jobs' help.

    python -m tools.manual [--output out/manual]

One page holds the whole manual, one the pictures of every form, dialog and map theme; every job has a page of its
own. Each ``<a id="topic"></a>`` of the manual also gets a small page ``topic.html`` that leads there, because
desktops drop the ``#topic`` of a local address.
"""

from __future__ import annotations

import argparse
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import markdown

from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.processing.help_texts import help_of
from gridmgmt_plugin.processing.provider import ALGORITHMS
from tools.translations import read_catalogue

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "docs" / "manual"
IMAGES = ROOT / "docs" / "images"
LANGUAGES = ("en", "zh")
_TOPIC = re.compile(r'<a id="([a-z0-9_]+)"></a>')
_IMAGE = re.compile(r'(?:src|href)="\.\./images/([^"]+)"')
_CHAPTER = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)
_WORDS = {
    "en": {"title": "Grid Management: manual", "jobs": "Jobs", "fields": "Fields", "lang": "en", "shown": "Pictures"},
    "zh": {"title": "网格管理：用户手册", "jobs": "各项操作", "fields": "各栏说明", "lang": "zh-CN", "shown": "图册"},
}
_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.65 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; }
nav { position: fixed; inset: 0 auto 0 0; width: 15em; overflow: auto; padding: 1.2em; box-sizing: border-box;
  border-right: 1px solid #8884; font-size: 14px; }
nav a { display: block; padding: 2px 0; text-decoration: none; }
main { margin-left: 15em; max-width: 52em; padding: 1em 2.5em 6em; }
h1, h2, h3 { line-height: 1.3; } h2 { margin-top: 2em; }
table { border-collapse: collapse; } th, td { border: 1px solid #8886; padding: 4px 10px; vertical-align: top; }
img { max-width: 100%; border: 1px solid #8884; }
pre, code { font-family: "Noto Sans Mono CJK SC", Consolas, monospace; font-size: 90%; }
pre { overflow: auto; padding: 10px; background: #8882; }
dt { font-weight: bold; margin-top: .8em; }
@media (max-width: 50em) { nav { position: static; width: auto; border: 0; } main { margin: 0; padding: 1em; } }
"""


@dataclass(frozen=True)
class Entry:
    """One line of the list of contents: where it leads and what it is called."""

    address: str
    title: str


def pages() -> dict[str, bytes]:
    """Return name → content of everything that the manual consists of, pictures included."""
    found: dict[str, bytes] = {}
    for language in LANGUAGES:
        found |= {f"{language}/{name}": text.encode() for name, text in _pages_in(language).items()}
    pictures = {name for page in found.values() for name in _IMAGE.findall(page.decode())}
    # A picture that is yet to be taken is missed by the tests, not here: they are taken with the plugin as packed.
    there = [name for name in sorted(pictures) if (IMAGES / name).is_file()]
    return found | {f"images/{name}": (IMAGES / name).read_bytes() for name in there}


def build(output: Path) -> int:
    """Write the manual into a folder, over an older one; return the number of files."""
    made = pages()
    for name, content in made.items():
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).write_bytes(content)
    return len(made)


def topics(language: str) -> tuple[str, ...]:
    """Return what help can be asked for in a language: the marks in the manual and the jobs."""
    marks = _TOPIC.findall((SOURCE / f"{language}.md").read_text(encoding="utf-8"))
    return (*marks, *(algorithm.KEY for algorithm in ALGORITHMS))


def _pages_in(language: str) -> dict[str, str]:
    text = (SOURCE / f"{language}.md").read_text(encoding="utf-8")
    body = _body(language, text)
    chapters = [Entry(f"index.html#{mark}", _plain(title)) for mark, title in _CHAPTER.findall(body)]
    jobs = [Entry(f"{algorithm.KEY}.html", _translated(language, algorithm.TITLE)) for algorithm in ALGORITHMS]
    gallery = Entry("pictures.html", _WORDS[language]["shown"])
    contents = _contents(language, [*chapters, gallery], jobs)
    found = {"index.html": _page(language, _WORDS[language]["title"], contents, body)}
    shown = _body(language, (SOURCE / f"pictures.{language}.md").read_text(encoding="utf-8"))
    found[gallery.address] = _page(language, gallery.title, contents, shown)
    for topic in _TOPIC.findall(text):
        found[f"{topic}.html"] = _leading_to(f"index.html#{topic}")
    for algorithm, entry in zip(ALGORITHMS, jobs):
        found[entry.address] = _page(language, entry.title, contents, _job(language, algorithm))
    return found


def _body(language: str, text: str) -> str:
    """Return a page of the manual as HTML, with links to the pages that it becomes part of."""
    other = _other(language)
    body = markdown.markdown(text, extensions=["tables", "fenced_code", "toc", "sane_lists"], output_format="html")
    for name, address in (
        (f"{language}.md", "index.html"),
        (f"{other}.md", f"../{other}/index.html"),
        (f"pictures.{language}.md", "pictures.html"),
        (f"pictures.{other}.md", f"../{other}/pictures.html"),
    ):
        body = body.replace(f'href="{name}"', f'href="{address}"')
    return body


def _translated(language: str, text: str) -> str:
    return _catalogue().get(text, text) if language == "zh" else text


@cache
def _catalogue() -> dict[str, str]:
    return read_catalogue()


def _job(language: str, algorithm: type[GridAlgorithm]) -> str:
    title, explained = _translated(language, algorithm.TITLE), help_of(algorithm.KEY, language)
    root = ET.fromstring(explained.body)
    told = "".join(ET.tostring(child, encoding="unicode") for child in root if child.tag != "dl")
    instance = algorithm().create()  # owns its fields
    fields = "".join(
        f"<dt>{escape(_translated(language, field.description()))} <small><code>{field.name()}</code></small></dt>"
        f"<dd>{escape(explained.parameters.get(field.name(), ''))}</dd>"
        for field in instance.parameterDefinitions()
    )
    return f"<h1>{escape(title)}</h1>{told}<h2>{_WORDS[language]['fields']}</h2><dl>{fields}</dl>"


def _contents(language: str, chapters: list[Entry], jobs: list[Entry]) -> str:
    def lines(entries: list[Entry]) -> str:
        return "".join(f'<a href="{entry.address}">{escape(entry.title)}</a>' for entry in entries)

    return f"<nav>{lines(chapters)}<p><b>{_WORDS[language]['jobs']}</b></p>{lines(jobs)}</nav>"


def _page(language: str, title: str, contents: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{_WORDS[language]["lang"]}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>"
        f"<body>{contents}<main>{body}</main></body></html>\n"
    )


def _leading_to(address: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={address}">'
        f'</head><body><a href="{address}">{address}</a></body></html>\n'
    )


def _other(language: str) -> str:
    return "en" if language == "zh" else "zh"


def _plain(html: str) -> str:
    return re.sub("<[^>]+>", "", html)


def main() -> None:
    """Make the manual where the command line says."""
    parser = argparse.ArgumentParser(description="Make the manual that help buttons open.")
    parser.add_argument("--output", type=Path, default=ROOT / "out" / "manual")
    options = parser.parse_args()
    print(f"{build(options.output)} files in {options.output}")


if __name__ == "__main__":
    main()
