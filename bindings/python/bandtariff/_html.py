"""How a quote and a tariff show in a notebook: plain HTML, every text escaped, no script."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from . import _core
from ._tariff import Tariff

_CELL = 'style="text-align:left;padding:2px 10px"'
_SUM = 'style="text-align:right;padding:2px 10px"'


def _pounds(amount: object) -> str:
    return f"£{amount:,.2f}"


def _exact(value: Fraction) -> str:
    """Six places at the most, marked where more follow, with the fraction itself in the tooltip."""
    places = 6
    scaled, rest = divmod(abs(value.numerator) * 10**places, value.denominator)
    whole, decimals = divmod(scaled, 10**places)
    text = f"{'-' if value < 0 else ''}{whole:,}.{decimals:0{places}}"
    if rest:
        return f'<span title="exactly {value}">{text}…</span>'
    return text.rstrip("0").rstrip(".")


def _row(cells: list[tuple[str, str]], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag} {style}>{text}</{tag}>" for style, text in cells) + "</tr>"


def _lines_table(quote: _core.Quote) -> str:
    rows = [_row([(_CELL, "line"), (_CELL, "element"), (_CELL, "payer"), (_CELL, "payee"), (_SUM, "exact"), (_SUM, "payable")], "th")]
    for line in quote.lines:
        name = escape(line.name) + (" (notional)" if line.flow == "notional" else " (shared out)" if line.shared_out else "")
        exact = _exact(line.exact) if line.outcome == "priced" else escape(line.outcome)
        rows.append(
            _row(
                [
                    (_CELL, name),
                    (_CELL, escape(", ".join(line.elements))),
                    (_CELL, escape(line.payer)),
                    (_CELL, escape(line.payee)),
                    (_SUM, exact),
                    (_SUM, _pounds(line.payable)),
                ]
            )
        )
    if quote.total is not None:
        rows.append(_row([(_CELL, "<b>total paid</b>"), (_CELL, ""), (_CELL, ""), (_CELL, ""), (_SUM, ""), (_SUM, f"<b>{_pounds(quote.total)}</b>")]))
    return f"<table>{''.join(rows)}</table>"


def _quote_html(quote: _core.Quote) -> str:
    days = f", {quote.first_day} to {quote.last_day}" if quote.first_day else ""
    head = f"<b>{escape(quote.outcome)}</b>{escape(days)}"
    if quote.outcome != "priced":
        head += f": {escape(quote.say)}"
    foot = f"{escape(quote.pack)} {escape(quote.release)}, <b>{escape(quote.status)}</b>, text hash <code>{escape(quote.text_hash[:16])}</code>"
    assumed = "".join(f"<li>{escape(text)}</li>" for text in quote.assumptions)
    account = f"<details><summary>every step</summary><pre>{escape(quote.explain())}</pre></details>"
    return (
        f"<div>{head}{_lines_table(quote) if quote.lines else ''}<div>{foot}</div>"
        + (f"<details><summary>{len(quote.assumptions)} assumptions</summary><ul>{assumed}</ul></details>" if assumed else "")
        + account
        + "</div>"
    )


def _quote_repr(quote: _core.Quote) -> str:
    total = "not priced" if quote.total is None else _pounds(quote.total)
    return f"<Quote {quote.outcome} {total} from {quote.pack} {quote.release} ({quote.status})>"


def _tariff_html(tariff: Tariff) -> str:
    choices = "".join(
        _row([(_CELL, escape(name)), (_CELL, f"<b>{escape(selected)}</b>"), (_CELL, escape(", ".join(alternatives)))])
        for name, (selected, alternatives) in tariff.choices.items()
    )
    facts = "".join(
        _row([(_CELL, escape(kind)), (_CELL, escape(fact["name"])), (_CELL, escape(fact["kind"])), (_CELL, escape(fact["unit"])), (_CELL, "optional" if fact["optional"] else "")])
        for kind in tariff.records
        for fact in tariff.facts(kind)
    )
    return (
        f"<div><b>{escape(tariff.title)}</b><div>{escape(tariff.pack)} {escape(tariff.release)}, <b>{escape(tariff.status)}</b></div>"
        + (f"<table>{_row([(_CELL, 'choice'), (_CELL, 'selected'), (_CELL, 'of')], 'th')}{choices}</table>" if choices else "")
        + f"<table>{_row([(_CELL, 'record'), (_CELL, 'fact'), (_CELL, 'kind'), (_CELL, 'unit'), (_CELL, '')], 'th')}{facts}</table></div>"
    )


def attach() -> None:
    """Gives the bound Quote its display; binding stays free of presentation."""
    _core.Quote._repr_html_ = _quote_html  # type: ignore[attr-defined]
    _core.Quote.__repr__ = _quote_repr  # type: ignore[method-assign,assignment]
    Tariff._repr_html_ = _tariff_html  # type: ignore[attr-defined]
