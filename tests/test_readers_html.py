"""A web page is read for its article, whatever stands around it."""

from __future__ import annotations

import contextlib

import pytest

from duixian.documents.readers import read_source
from duixian.errors import InputError

ARTICLE = """<p>　　各位代表：</p><p>　　预计地区生产总值增长6.5%左右，<b>新增</b>城镇就业2.3万人。</p>
<p>　　一是稳住工业，新建厂房12万平方米；<br/>二是改善民生，改造老旧小区46个。</p>"""
EXPECTED = [
    "　　各位代表：",
    "　　预计地区生产总值增长6.5%左右，新增城镇就业2.3万人。",
    "　　一是稳住工业，新建厂房12万平方米；",
    "二是改善民生，改造老旧小区46个。",
]


def site(article: str, head: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">{head}<title>青禾县政府工作报告_青禾县人民政府网</title>
<style>.a{{color:red}}</style><script>var visits = "增长100%，新增9万人。";</script></head><body>
<div class="header"><img src="a.png"><ul class="nav"><li><a href="/">首页</a></li>
<li><a href="/zw">政务公开</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/bg">政府工作报告</a></div>
<div class="wrap"><div class="sidebar"><h3>最新动态</h3><ul><li><a href="1">县里召开会议，部署春季植树工作</a></li>
<li><a href="2">全县开展安全检查，排查隐患30处</a></li></ul></div>{article}
<div class="related"><h4>相关链接</h4><a href="3">上一年报告</a></div></div>
<div class="footer"><p>版权所有：青禾县人民政府办公室，地址：青禾路1号，网站标识码1234567890。</p>
您是第 99999 位访客</div>
<script>document.write("点击数")</script></body></html>"""


def wrapped(opening: str) -> str:
    return f"""<div class="xl"><h1>青禾县2031年政府工作报告</h1>
<div class="info"><span>发布日期：2031-01-15</span> <span>来源：县政府办公室</span> <span>浏览次数：<i>321</i></span>
<span>字号：[<a>大</a> <a>中</a> <a>小</a>]</span></div>{opening}{ARTICLE}</div>
<div class="share">分享到：微信 微博</div><p>【<a href="javascript:print()">打印本页</a>】【关闭窗口】</p></div>"""


@pytest.mark.parametrize(
    "opening",
    [
        '<div id="UCAP-CONTENT">',
        '<div class="TRS_Editor">',
        '<div id="zoom">',
        '<div class="article">',
        '<div class="article-content clearfix">',
        '<div class="something-of-its-own">',
        "<div>",
    ],
)
def test_article_with_its_title_and_date_and_nothing_else(opening: str) -> None:
    source = read_source(site(wrapped(opening)).encode(), "a.html")
    assert source.format == "html"
    found = source.text.split("\n")
    assert found[0] == "青禾县2031年政府工作报告"
    assert "发布日期：2031-01-15" in found[1]
    assert found[2:] == EXPECTED
    for foreign in ("首页", "植树", "版权", "访客", "微信", "打印", "321", "字号", "9万人"):
        assert foreign not in source.text


def test_title_from_the_head_when_the_article_has_none() -> None:
    page = site(f'<div id="zoom">{ARTICLE}</div>', '<meta name="ArticleTitle" content="青禾县2031年政府工作报告">')
    assert read_source(page.encode(), "a.html").text.split("\n") == ["青禾县2031年政府工作报告", *EXPECTED]


@pytest.mark.parametrize(
    ("declared", "saved"),
    [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("gbk", "gb18030"), ("utf-8", "gb18030"), ("gb2312", "utf-8")],
)
def test_encoding_is_read_from_the_page_and_checked(declared: str, saved: str) -> None:
    page = site(wrapped("<div>")).replace('charset="utf-8"', f'charset="{declared}"')
    assert "二是改善民生" in read_source(page.encode(saved), "a.html").text


def test_table_cells_are_lines() -> None:
    rows = "".join(f"<tr><td>指标{i}</td><td>{i}亿元</td></tr>" for i in range(3))
    page = site(f'<div class="article">{ARTICLE}<table>{rows}</table></div>')
    assert "指标1\n1亿元\n指标2" in read_source(page.encode(), "a.html").text


def test_line_wraps_of_the_source_are_not_line_ends() -> None:
    page = "<html><body><p>新增城镇就业\n      2万人，建成\n学校3所。</p></body></html>"
    assert read_source(page.encode(), "a.html").text == "新增城镇就业 2万人，建成学校3所。"


def test_invisible_text_is_left_out() -> None:
    page = f'<html><body><div class="article">{ARTICLE}<div style="display: none">增长99%。</div></div></body></html>'
    assert "99" not in read_source(page.encode(), "a.html").text


def test_page_filled_by_script_says_so() -> None:
    page = '<html><head></head><body><div id="app"></div><script src="a.js"></script></body></html>'
    with pytest.raises(InputError, match="没有正文"):
        read_source(page.encode(), "a.html")


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><p>" + "增长6%，" * 2_500_000,
        "<html><body>" + "<div>" * 50_000 + "增长6%。",
        "<html><body>" + "<p>增长6%。" * 200_000,
        "<html><body>" + "<a <b c=" * 100_000,
        "<html><body>" + "&lt;" * 500_000,
    ],
    ids=["one long line", "deep nesting", "many paragraphs", "broken tags", "entities"],
)
def test_hostile_pages_do_not_hang(page: str) -> None:
    with contextlib.suppress(InputError):
        assert read_source(page.encode(), "a.html").text


def test_headings_that_sound_like_buttons_are_kept() -> None:
    headings = ["关闭小煤矿12座", "收藏品市场", "分享经济", "大", "打印机产业", "2031", "点击消费新动能"]
    page = site('<div id="zoom">' + ARTICLE + "".join(f"<p>{words}</p>" for words in headings) + "</div>")
    text = read_source(page.encode(), "a.html").text.split("\n")
    assert [words for words in headings if words not in text] in ([], ["大"])


def test_words_beside_the_main_part_are_not_lost() -> None:
    long = "".join(f"<p>　　第{i}项：新建学校{i}所，改造道路{i}公里，增加床位{i}张。</p>" for i in range(30))
    page = f"<html><body><h2>第一部分</h2><div>{long}</div><h2>第二部分</h2><p>抓好教育。</p></body></html>"
    text = read_source(page.encode(), "a.html").text
    assert text.startswith("第一部分\n")
    assert text.endswith("第二部分\n抓好教育。")


@pytest.mark.parametrize(
    "opening",
    [
        '<form id="aspnetForm">',
        '<div id="printArea">',
        '<div id="js_content" style="visibility: hidden">',
        "<table><tr><td>",
    ],
)
def test_articles_in_odd_wrappers(opening: str) -> None:
    page = f"<html><body>{opening}<h1>青禾县报告</h1>{ARTICLE}</body></html>"
    assert read_source(page.encode(), "a.html").text.split("\n") == ["青禾县报告", *EXPECTED]


def test_unnamed_lists_of_links_are_left_out() -> None:
    links = "".join(f'<li><a href="{i}">第{i}条新闻，内容是植树</a></li>' for i in range(8))
    page = f'<html><body><div class="zw"><h1>青禾县报告</h1>{ARTICLE}<ul>{links}</ul></div></body></html>'
    assert "植树" not in read_source(page.encode(), "a.html").text
