"""Numbers and dates as other languages write them, in sentences that stay English."""

from __future__ import annotations

import re
from typing import NamedTuple

from scoring.text.prose import MONTHS


class Locale(NamedTuple):
    """How a language writes decimals and dates."""

    decimal: str
    date: str
    """With {day}, {month} and {year}."""
    months: tuple[str, ...]
    """As they stand in a date."""

    def of(self, text: str) -> str:
        """An English text with its decimals and its dates in words as this language writes them; versions stay."""
        if self is ENGLISH:
            return text
        dated = _DATE.sub(lambda match: self._date(*match.groups()), text)
        return _DECIMAL.sub(rf"\1{self.decimal}\2", dated)

    def _date(self, day: str, month: str, year: str) -> str:
        return self.date.format(day=day, month=self.months[MONTHS.index(month)], year=year)


_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b")
_DECIMAL = re.compile(r"(?<![\w.@/])(\d+)\.(\d+)(?![\w@/]|\.\d)")  # not 3.1.0, v1.2 or B2.1

ENGLISH = Locale(".", "{day} {month} {year}", MONTHS)
_SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
_PORTUGUESE = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
_WORDS = {  # the months as the Unicode CLDR gives them in dates ("format wide")
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": _SPANISH,
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "ka": "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "pt": _PORTUGUESE,
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
}
_DATES = {
    "de": "{day}. {month} {year}",
    "es": "{day} de {month} de {year}",
    "ka": "{day} {month}, {year}",
    "pt": "{day} de {month} de {year}",
    "uk": "{day} {month} {year} р.",
}
LOCALES = {
    "en": ENGLISH,
    **{name: Locale(",", _DATES.get(name, ENGLISH.date), tuple(words.split())) for name, words in _WORDS.items()},
}
"""By the code of the language (ISO 639-1)."""
