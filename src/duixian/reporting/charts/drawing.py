"""The look that all charts share, and the way from a chart to a file."""

from __future__ import annotations

from typing import Any

from duixian.errors import OutputError
from duixian.reporting.charts.fonts import REMEDY, Font

FORMATS = ("svg", "png", "html")
# Named behind the font that was found, for readers of an SVG or a page on another machine.
_FALLBACK = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"
ACCENT = "#9c2a20"
BLUE = "#2f6fb3"
GREY = "#8a8f98"
_SCALE = 2.0


def altair() -> Any:
    """The chart library, loaded when the first chart is drawn."""
    import altair as library

    return library


def styled(chart: Any, title: str, subtitle: str, font: Font | None) -> Any:
    """A chart with title, font and quiet axes."""
    alt = altair()
    family = f"{font.family}, {_FALLBACK}" if font is not None else _FALLBACK
    lines: dict[str, Any] = {"text": title, "anchor": "start", "fontSize": 16, "offset": 12}
    if subtitle:
        lines |= {"subtitle": subtitle, "subtitleFontSize": 12, "subtitleColor": GREY}
    return (
        chart.properties(title=alt.TitleParams(**lines))
        .configure(font=family, background="white", padding=16)
        .configure_view(stroke=None)
        .configure_axis(domainColor="#cccccc", gridColor="#eeeeee", labelFontSize=12, titleFontSize=12, labelLimit=220)
    )


def rendered(chart: Any, target: str, format: str, font: Font | None) -> bytes:
    """The chart as the bytes of a file. format: one of ``FORMATS``; pages hold all their scripts.

    Raises OutputError for a picture on a machine without a Chinese font: its labels would be empty boxes.
    """
    import vl_convert

    if font is None and format == "png":
        raise OutputError(target, "这台机器上没有中文字体，图片里的字会是方框", REMEDY)
    if font is not None and font.folder:
        vl_convert.register_font_directory(font.folder)
    specification = chart.to_dict()
    # The renderer knows several releases of the language; take the one the chart was written for.
    release = ".".join(specification["$schema"].rpartition("/v")[2].split(".")[:2])
    options: dict[str, Any] = {"vl_version": f"v{release}"} if release in _releases(vl_convert) else {}
    if format == "svg":
        return str(vl_convert.vegalite_to_svg(specification, **options)).encode()
    if format == "png":
        return bytes(vl_convert.vegalite_to_png(specification, scale=_SCALE, **options))
    return str(vl_convert.vegalite_to_html(specification, bundle=True, **options)).encode()


def _releases(vl_convert: Any) -> list[str]:
    known = getattr(vl_convert, "get_vegalite_versions", None)
    return [str(version) for version in known()] if known is not None else []
