"""Where a Typst file has text: outside raw text, comments and mathematics, and apart from code and its strings."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

TYPST = (".typ",)
Mode: TypeAlias = Literal["text", "code", "string", "raw", "mathematics", "comment"]
_STATEMENT = re.compile(r"(?:let|set|show|import|include|return|context|if|for|while)\b")
_NAME = re.compile(r"[^\W\d][\w-]*|\d[\w.%]*")
_FIELD = re.compile(r"\.[^\W\d][\w-]*")
_LINK = re.compile(r"https?://[^\s\[\](){}\"<>`]*+")
_TOKEN = re.compile(r"\{\{[^{}\n]*\}\}|https?://|//|/\*|`+|[\\$#\"\[\](){}\n;]")
_COMMENT = re.compile(r"/\*|\*/")
_STRING = re.compile(r'"(?:[^"\\]|\\[\s\S])*+"?+')
_CLOSES = {"[": "]", "(": ")", "{": "}"}
_EMPTY_RAW = 2  # backticks


class Part(NamedTuple):
    """A part of a file, up to the next one, in one mode."""

    start: int
    mode: Mode


class _Open(NamedTuple):
    mode: Mode
    closing: str
    """The sign that closes it; a statement ends with its line."""
    is_called: bool = False
    """Whether it is an argument or part of an expression, which may go on behind it."""


def typst_parts(text: str) -> list[Part]:
    """The parts of a file in order; what stands in `{{ … }}` in one line opens and closes nothing."""
    scanner = _Scanner(text)
    position = 0
    while match := _TOKEN.search(text, position):
        position = scanner.take(match)
    return scanner.parts


class _Scanner:
    """Reads a file from left to right, as the lexer of Typst does as far as modes are concerned."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = [Part(0, "text")]
        self.stack = [_Open("text", "")]

    def _begin(self, at: int, mode: Mode) -> None:
        if self.parts and self.parts[-1].start == at:
            self.parts.pop()
        if not self.parts or self.parts[-1].mode != mode:
            self.parts.append(Part(at, mode))

    def take(self, match: re.Match[str]) -> int:
        """Take a mark; where to read on."""
        mark, (start, end), mode = match[0], match.span(), self.stack[-1].mode
        if mark.startswith("{{"):
            return end
        if mark.startswith("http"):
            link = _LINK.match(self.text, start) if mode == "text" else None
            return link.end() if link else end - 2
        if mark in ("//", "/*", '"') or mark[0] == "`":
            return self._skipped(mark, start, end) if mark != '"' or mode == "code" else end
        if mark == "\\":
            return end if mode == "code" else min(end + 1, len(self.text))
        if mark == "$":
            return self._dollar(start, end)
        if mark == "#":
            return end if mode == "code" else self._expression(start, end)
        if mark in "\n;":
            if not self.stack[-1].closing and len(self.stack) > 1:
                self.stack.pop()
                self._begin(end, self.stack[-1].mode)
            return end
        return self._open(mark, end) if mark in _CLOSES else self._close(mark, start, end)

    def _skipped(self, mark: str, start: int, end: int) -> int:
        """Pass over a comment, raw text or a string; what is not closed extends to the end of the file."""
        text, mode = self.text, "raw"
        if mark == "//":
            mode, found = "comment", text.find("\n", end)
            end = found if found >= 0 else len(text)
        elif mark == "/*":
            mode, depth = "comment", 1
            for match in _COMMENT.finditer(text, end):
                depth += 1 if match[0] == "/*" else -1
                end = match.end()
                if not depth:
                    break
            end = len(text) if depth else end
        elif mark == '"':
            string = _STRING.match(text, start)
            mode, end = "string", string.end() if string else end
        elif len(mark) != _EMPTY_RAW:
            found = text.find(mark, end)
            end = found + len(mark) if found >= 0 else len(text)
        self._begin(start, mode)  # type: ignore[arg-type]  # one of the four above
        self._begin(end, self.stack[-1].mode)
        return end

    def _dollar(self, start: int, end: int) -> int:
        if self.stack[-1].mode == "mathematics":
            is_called = self.stack.pop().is_called
            self._begin(end, self.stack[-1].mode)
            return self._go_on(end) if is_called else end
        self.stack.append(_Open("mathematics", "$"))
        self._begin(start, "mathematics")
        return end

    def _expression(self, start: int, end: int) -> int:
        """Read what follows `#`."""
        first = self.text[end : end + 1]
        if statement := _STATEMENT.match(self.text, end):
            self.stack.append(_Open("code", ""))
            self._begin(start, "code")
            return statement.end()
        if name := _NAME.match(self.text, end):
            self._begin(start, "code")
            return self._go_on(name.end())
        if first == '"':
            self._begin(start, "code")
            return self._skipped(first, end, end + 1)
        if first and first in _CLOSES:
            self._begin(start, "code")
            return self._go_on(end)
        return end

    def _go_on(self, position: int) -> int:
        """Read what directly follows an expression: arguments, content, a field; else the expression ends."""
        while field := _FIELD.match(self.text, position):
            position = field.end()
        first = self.text[position : position + 1]
        if first and first in _CLOSES:
            mode: Mode = "text" if first == "[" else "code"
            self.stack.append(_Open(mode, _CLOSES[first], is_called=True))
            self._begin(position + 1, mode)
            return position + 1
        self._begin(position, self.stack[-1].mode)
        return position

    def _open(self, mark: str, end: int) -> int:
        mode = self.stack[-1].mode
        if mark == "[" and mode != "mathematics":
            self.stack.append(_Open("text", "]"))
            self._begin(end, "text")
        elif mode == "code":
            self.stack.append(_Open("code", _CLOSES[mark]))
        return end

    def _close(self, mark: str, start: int, end: int) -> int:
        """Close the innermost bracket of a kind, and a statement in it."""
        top = self.stack[-1]
        if not top.closing and len(self.stack) > 1 and self.stack[-2].closing == mark:
            self.stack.pop()
            top = self.stack[-1]
        if top.closing != mark:
            return end
        self.stack.pop()
        self._begin(start, "code" if top.is_called else self.stack[-1].mode)
        if top.is_called and not (self.stack[-1].mode == "code" and not self.stack[-1].closing):
            return self._go_on(end)
        self._begin(end, self.stack[-1].mode)
        return end
