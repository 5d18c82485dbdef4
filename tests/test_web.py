"""The pages of the workbench as requests: what they show, what they refuse, and what they say about it."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import openpyxl
import pytest
from corpus_reports import PLACES, report, write_reports
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from test_failures_english import sentences
from web_server import client, token, upload

from duixian import samples
from duixian.cli.application import run
from duixian.corpus import Corpus
from duixian.web.api.problems import HTTP_REASONS
from duixian.web.app import _ROOMS
from duixian.web.language import LANGUAGES, Texts, catalogue
from duixian.web.security import POLICY, checked_form, safe_name
from duixian.web.settings import NotReadyError, Settings

FIRST_PAGE_BYTES = 100_000


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    with client(tmp_path) as browser:
        yield browser


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[TestClient]:
    Corpus(tmp_path / "corpus").add([str(path) for path in write_reports(tmp_path / "in", 8)])
    with client(tmp_path) as found:
        yield found


def documents(browser: TestClient) -> list[str]:
    return re.findall(r'class="title"><a href="(/documents/[^"]+)"', browser.get("/").text)


def first_record(browser: TestClient, document: str, show: str = "figure") -> str:
    found = re.search(r'class="edit" href="([^"]+)"', browser.get(f"{document}?show={show}").text)
    assert found is not None
    return found[1]


def _calls(dependant: Dependant) -> set[object]:
    """All that a route depends on, also by way of something else."""
    return {call for each in dependant.dependencies for call in (each.call, *_calls(each))}


class TestLanguage:
    def test_both_languages_say_the_same_things(self) -> None:
        texts = catalogue()
        assert texts["zh"].keys() == texts["en"].keys()
        for key, text in texts["zh"].items():
            assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", texts["en"][key])), key

    def test_every_text_of_a_template_is_there(self) -> None:
        folder = Path(__file__).parents[1] / "src" / "duixian" / "web" / "templates"
        used = {
            key for path in folder.glob("*.html") for key in re.findall(r"\bt\('(\w+)'[),]", path.read_text("utf-8"))
        }
        assert used - catalogue()["zh"].keys() == set()

    def test_pages_are_chinese_and_the_switch_is_remembered(self, browser: TestClient) -> None:
        assert '<html lang="zh-CN">' in browser.get("/").text
        assert "Choose files" in browser.get("/?lang=en").text
        assert "Choose files" in browser.get("/").text
        assert "选择文件" in browser.get("/?lang=zh").text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_errors_are_told_in_the_language_of_the_page(self, browser: TestClient, language: str) -> None:
        answer = browser.get(f"/nothing?lang={language}")
        assert answer.status_code == 404
        assert ("没有这个页面" in answer.text) == (language == "zh")

    def test_every_reason_and_remedy_of_the_pages_is_told_in_english(self) -> None:
        root = Path(__file__).parents[1] / "src" / "duixian"
        names = ("correct*.py", "owners.py", "readings.py")
        files = [*(root / "web").rglob("*.py"), *(file for name in names for file in (root / "corpus").glob(name))]
        found = {text for file in files for text in sentences(file) if len(text) > 4}
        assert len(found) > 40
        say = Texts("en")
        assert sorted(text for text in found if re.search("[\u4e00-\u9fff]", say.about(text))) == []
        for reason, remedy in HTTP_REASONS.values():
            assert not re.search("[\u4e00-\u9fff]", say.about(reason) + say.about(remedy))


class TestLibrary:
    def test_the_first_page_is_light(self, empty: TestClient) -> None:
        page = empty.get("/").text
        size = len(page.encode())
        for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
            size += len(empty.get(address).content)
        assert size < FIRST_PAGE_BYTES

    def test_the_sample_is_one_click_away_and_own_files_two_more(self, empty: TestClient) -> None:
        page = empty.post("/library/samples", data={"token": token(empty)}).text
        assert page.count("岚川省") >= 2
        page = upload(empty, ("报告.txt", report("青海省").encode()))
        assert "新增 1 份文件" in page

    def test_files_that_cannot_be_read_are_told_and_the_others_are_in(self, empty: TestClient) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as book:
            book.writestr("甘肃.txt", report("甘肃省"))
            book.writestr("../../evil.txt", report("云南省"))
        page = upload(
            empty,
            ("青海.txt", report("青海省").encode()),
            ("照片.txt", b"\x89PNG\r\n\x1a\n" + bytes(99)),
            ("空.pdf", b""),
            ("材料.zip", archive.getvalue()),
        )
        assert "新增 2 份文件" in page
        for told in ("照片.txt", "空.pdf", "evil.txt", "文件是空的"):
            assert told in page

    def test_the_same_file_is_not_added_twice(self, browser: TestClient) -> None:
        assert "1 份已在库中" in upload(browser, ("再来.txt", report(PLACES[0], 2024, 5.0).encode()))

    def test_a_form_without_files_says_so(self, empty: TestClient) -> None:
        answer = empty.post("/library/upload", data={"token": token(empty)})
        assert answer.status_code == 400
        assert "没有选择文件" in answer.text

    def test_documents_are_filtered_by_place_year_and_kind(self, browser: TestClient) -> None:
        assert len(documents(browser)) == 8
        page = browser.get("/?region=630000&year=2024&kind=government_work_report").text
        assert page.count('class="title"><a') == 1
        assert "没有符合条件的文件" in browser.get("/?year=1999").text

    def test_words_are_found_with_their_surroundings(self, browser: TestClient) -> None:
        page = browser.get("/search?q=农村公路").text
        assert "<mark>农村公路</mark>" in page
        assert re.search(r'href="/documents/doc-[^"]+#b\d+"', page)
        assert "没有可以检索的词" in browser.get("/search?q=%22%22").text

    def test_a_folder_of_the_server_is_added_from_this_machine_only(self, empty: TestClient, tmp_path: Path) -> None:
        write_reports(tmp_path / "in", 3)
        page = empty.post("/library/folder", data={"token": token(empty), "path": str(tmp_path / "in")}).text
        assert "新增 3 份文件" in page
        assert empty.post("/library/folder", data={"token": token(empty), "path": "/nowhere"}).status_code == 422

    def test_documents_are_removed_and_come_back_when_uploaded(self, browser: TestClient) -> None:
        name = documents(browser)[0].rsplit("/", 1)[1]
        page = browser.post("/library/remove", data={"token": token(browser), "document": name}).text
        assert "已移除 1 份文件" in page
        assert len(documents(browser)) == 7

    def test_what_comes_from_a_document_is_never_markup(self, empty: TestClient) -> None:
        bad = report("青海省", extra="<script>alert(1)</script>新建<b>桥梁</b>5座。")
        upload(empty, ("<img src=x onerror=alert(1)>.txt", bad.encode()))
        (document,) = documents(empty)
        for page in ("/", document, "/search?q=桥梁", first_record(empty, document)):
            text = empty.get(page).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text


class TestReader:
    def test_every_record_is_linked_to_its_words_and_back(self, browser: TestClient) -> None:
        page = browser.get(documents(browser)[0]).text
        numbers = re.findall(r'<li id="r(\d+)"', page)
        assert len(numbers) > 15
        for number in numbers:
            assert len(re.findall(rf'id="w{number}"', page)) == 1, number
            assert f'href="#w{number}"' in page
        targets = set(re.findall(r'class="s [^"]*" href="#r(\d+)"', page))
        assert targets <= set(numbers)

    def test_the_text_is_whole(self, browser: TestClient) -> None:
        document = documents(browser)[0]
        shown = browser.get(document).text.split("<article", 1)[1].split("</article>")[0]
        bare = re.sub(r"<[^>]+>", "", shown.split(">", 1)[1])
        assert "说到就要做到，承诺就要兑现，请全省人民监督。" in bare
        assert "建设通用机场3个，支持企业开展“无人配送”试点。" in bare

    def test_a_chosen_record_stands_out_without_a_script(self, browser: TestClient) -> None:
        document = documents(browser)[0]
        record = first_record(browser, document).rsplit("/", 1)[1]
        page = browser.get(f"{document}?record={record}").text
        assert page.count('id="on"') == 1
        assert re.search(r'<li id="r\d+" class="[^"]* on"', page)

    def test_a_correction_is_shown_listed_compared_and_taken_back(self, browser: TestClient) -> None:
        document = next(each for each in documents(browser) if "青海省" in browser.get(each).text)
        page = browser.get("/compare?years=2024").text
        link = re.search(r'href="(/documents/[^"?]+)\?record=([\w-]+)#on" title="[^"]*生产总值[^"]*">≈5%', page)
        assert link is not None
        assert link[1] == document
        form = f"{document}/records/{link[2]}"
        fields = {"token": token(browser, form), "value": "5.2"}
        assert "已保存更正" in browser.post(form, data=fields).text
        assert "≈5.2%" in browser.get("/compare?years=2024").text
        assert "5 → 5.2" in browser.get("/corrections").text
        archive = zipfile.ZipFile(io.BytesIO(browser.get("/corrections/gold.zip").content))
        assert any(name.startswith("figures/") for name in archive.namelist())
        name = document.rsplit("/", 1)[1]
        back = {"token": token(browser, form), "document": name, "sequence": "1"}
        browser.post("/corrections/withdraw", data=back)
        assert "≈5.2%" not in browser.get("/compare?years=2024").text

    def test_a_wrong_correction_keeps_what_was_filled_in(self, browser: TestClient) -> None:
        form = first_record(browser, documents(browser)[0])
        answer = browser.post(form, data={"token": token(browser, form), "value": "很多", "subject": "全省生产总值"})
        assert answer.status_code == 400
        assert "不是一个数" in answer.text
        assert 'value="全省生产总值"' in answer.text

    def test_a_dropped_record_waits_to_be_taken_back(self, browser: TestClient) -> None:
        document = documents(browser)[0]
        form = first_record(browser, document)
        page = browser.post(form, data={"token": token(browser, form), "action": "drop"}).text
        assert "已删去 1 条" in page
        assert browser.get(form).status_code == 404

    def test_words_are_pasted_to_add_a_record_without_a_script(self, browser: TestClient) -> None:
        document = documents(browser)[0]
        page = f"{document}/add?kind=project&words=白石河治理工程"
        form = {"token": token(browser, page), "kind_of_record": "project", "words": "白石河治理工程"}
        shown = browser.post(f"{document}/add", data={**form, "name": "白石河治理"}).text
        assert "已补记" in shown
        assert "人工补记" in shown
        wrong = browser.post(f"{document}/add", data={**form, "words": "说到就要做到", "name": "", "deadline": "年底"})
        assert wrong.status_code == 400
        assert 'value="年底"' in wrong.text
        missing = browser.get(f"{document}/add?words=这里没有的话")
        assert "文件里没有这句话" in missing.text

    def test_several_people_may_correct_at_once(self, browser: TestClient) -> None:
        places = documents(browser)
        forms = [first_record(browser, document) for document in places]
        code = token(browser)
        with ThreadPoolExecutor(8) as pool:
            data = {"token": code, "action": "drop"}
            answers = list(pool.map(lambda form: browser.post(form, data=data).status_code, forms))
        assert answers == [200] * len(forms)
        journal = browser.get("/api/v1/corrections").json()["items"]
        assert [entry["sequence"] for entry in journal] == list(range(1, len(forms) + 1))

    def test_the_other_commands_load_nothing_of_the_web(self) -> None:
        code = "import sys, duixian.cli.application; sys.exit(bool({'fastapi', 'uvicorn', 'jinja2'} & {*sys.modules}))"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestCompare:
    def test_every_cell_with_words_opens_them(self, browser: TestClient) -> None:
        page = browser.get("/compare").text
        links = re.findall(r'<td class="[^"]*"><a href="([^"]+)"', page)
        assert len(links) >= 24
        for link in links[:4]:
            assert 'id="on"' in browser.get(link.replace("&amp;", "&")).text

    def test_sorting_ranks_and_gaps_stand_in_the_address(self, browser: TestClient) -> None:
        page = browser.get("/compare?sort=gdp.2024&show=rank").text
        places = re.findall(r'<th scope="row">([^<]+)</th>', page)
        assert places[0] == "江西省"
        backwards = browser.get("/compare?sort=gdp.2024&show=rank&desc=1").text
        assert re.findall(r'<th scope="row">([^<]+)</th>', backwards) == places[::-1]
        assert "+7" in browser.get("/compare?show=gap&included=1").text

    def test_filters_by_name_and_a_name_there_is_not(self, browser: TestClient) -> None:
        page = browser.get("/compare?regions=青海，甘肃&indicators=gdp").text
        assert re.findall(r'<th scope="row">([^<]+)</th>', page) == ["青海省", "甘肃省"]
        answer = browser.get("/compare?regions=仙境")
        assert answer.status_code == 404
        assert "没有这个地区" in answer.text

    @pytest.mark.parametrize("view", ["strip", "map", "trend", "slopes"])
    def test_charts_are_drawn_here_and_have_a_table_beside(
        self, browser: TestClient, tmp_path: Path, view: str
    ) -> None:
        write_reports(tmp_path / "before", 8, 2023)
        Corpus(tmp_path / "corpus").add([str(tmp_path / "before")])
        page = browser.get(f"/compare?view={view}").text
        assert page.count('<th scope="row">') == 8
        source = re.search(r'<img src="([^"]+)"', page)
        assert source is not None
        picture = browser.get(source[1].replace("&amp;", "&"))
        assert picture.headers["content-type"].startswith("image/svg")
        assert b"<svg" in picture.content
        assert b"<script" not in picture.content

    def test_what_is_on_the_screen_can_be_had_as_files(self, browser: TestClient) -> None:
        query = "regions=青海，甘肃&indicators=gdp,new_jobs&sort=gdp.2024"
        text = browser.get(f"/compare/table.csv?{query}").content.decode("utf-8-sig").splitlines()
        assert [line.split(",")[1] for line in text] == ["地区", "甘肃省", "青海省"]
        book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/compare/table.xlsx?{query}").content))
        assert [row[0].value for row in book.worksheets[0].iter_rows(max_row=3)] == ["地区", "甘肃省", "青海省"]
        picture = browser.get(f"/compare/chart.svg?{query}").text
        assert all(words in picture for words in ("青海省", "甘肃省", "≈5%", "≥18万人"))
        assert "海南省" not in picture
        assert browser.get(f"/compare/chart.png?{query}").content.startswith(b"\x89PNG")
        assert browser.get(f"/compare/chart.png?view=strip&{query}").content.startswith(b"\x89PNG")
        pairs = browser.get("/compare/table.csv?view=slopes").content.decode("utf-8-sig").splitlines()
        assert len(pairs) == 9
        assert openpyxl.load_workbook(io.BytesIO(browser.get("/compare/table.xlsx?view=slopes").content))
        assert browser.get("/compare/table.doc").status_code == 400

    def test_a_trend_of_one_year_says_what_is_missing(self, browser: TestClient) -> None:
        assert "走势要有两个以上的年度" in browser.get("/compare?view=trend").text
        assert browser.get("/compare/chart.svg?view=trend").status_code == 400

    def test_an_empty_library_compares_the_included_table(self, empty: TestClient) -> None:
        assert empty.get("/compare").text.count('<th scope="row">') == 32

    def test_a_year_without_reports_says_which_there_are(self, browser: TestClient) -> None:
        assert "文库里有的年度：2024" in browser.get("/compare?years=1999").text


class TestSecurity:
    def test_every_answer_carries_the_policy(self, browser: TestClient) -> None:
        for path in ("/", "/nothing", "/api/v1/documents", "/api/v1/nothing", documents(browser)[0]):
            answer = browser.get(path)
            assert answer.headers["content-security-policy"] == POLICY
            assert answer.headers["x-content-type-options"] == "nosniff"

    def test_no_page_has_scripts_or_styles_inside_or_from_elsewhere(self, browser: TestClient) -> None:
        document = documents(browser)[0]
        for path in ("/", document, "/compare", "/compare?view=map", "/corrections", f"{document}/add"):
            text = browser.get(path).text
            assert not re.search(r'<script(?! type="module" src="/static/)', text)
            assert not re.search(r'\s(style|on\w+)="', text)
            assert not re.search(r'(src|href)="(https?:)?//', text)

    def test_every_form_needs_a_token(self, browser: TestClient) -> None:
        changing = [route for route in _routes() if {"POST", "PUT", "DELETE", "PATCH"} & route.methods]
        assert len(changing) >= 7
        for route in changing:
            assert checked_form in _calls(route.dependant), route.path
        answer = browser.post("/library/samples", data={"token": "0" * 64})
        assert answer.status_code == 403
        assert "过期" in answer.text

    @pytest.mark.parametrize("name", ["origin", "sec-fetch-site"])
    def test_other_sites_can_change_nothing(self, browser: TestClient, name: str) -> None:
        value = "https://elsewhere.example" if name == "origin" else "cross-site"
        answer = browser.post("/api/v1/uploads", files=[("files", ("a.txt", b"x"))], headers={name: value})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_foreign_host_name_is_refused(self, browser: TestClient) -> None:
        assert browser.get("/", headers={"host": "elsewhere.example"}).status_code == 421

    def test_an_upload_beyond_the_limit_is_refused_also_when_its_length_is_hidden(self, tmp_path: Path) -> None:
        with client(tmp_path, upload_bytes=50_000) as browser:
            large = ("大.txt", b"x" * 60_000)
            answer = browser.post("/library/upload", data={"token": token(browser)}, files=[("files", large)])
            assert answer.status_code == 413
            assert "上限" in answer.text

            def body() -> Iterator[bytes]:
                yield b'--b\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
                for _ in range(60):
                    yield b"x" * 1000
                yield b"\r\n--b--\r\n"

            kind = {"content-type": "multipart/form-data; boundary=b"}
            assert browser.post("/library/upload", content=body(), headers=kind).status_code == 413

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\报告\\一.txt", "一.txt"),
            ("a\x00b\u202e.txt", "a_b_.txt"),
            ("", "未命名"),
            ("..", "未命名"),
            ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ],
    )
    def test_file_names_are_made_safe(self, given: str, kept: str) -> None:
        assert safe_name(given) == kept

    def test_a_network_address_needs_a_secret_and_an_administrator(self, tmp_path: Path) -> None:
        def ready(**options: object) -> None:
            Settings(tmp_path, **options).require_network_ready()  # type: ignore[arg-type]

        for host in ("127.0.0.1", "::1", "localhost"):
            ready(host=host)
        with pytest.raises(NotReadyError, match="密钥"):
            ready(host="0.0.0.0")
        with pytest.raises(NotReadyError, match="管理员"):
            ready(host="0.0.0.0", secret="s" * 40)
        ready(host="0.0.0.0", secret="s" * 40, has_administrator=lambda settings: True)

    def test_serve_refuses_the_network_in_words(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        arguments = ["serve", "--corpus", str(tmp_path / "c"), "--host", "0.0.0.0", "--no-open"]
        assert run(arguments) == 1
        assert "DUIXIAN_SECRET" in capsys.readouterr().err
        assert not (tmp_path / "c").exists()

    def test_a_damaged_corpus_is_told_and_not_a_traceback(self, browser: TestClient, tmp_path: Path) -> None:
        document = documents(browser)[0]
        for path in (tmp_path / "corpus" / "blocks").iterdir():
            path.write_bytes(b"nothing")
        answer = browser.get(document)
        assert answer.status_code == 400
        assert "verify --repair" in answer.text


class TestServe:
    def test_it_answers_until_it_is_interrupted(self, tmp_path: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        arguments = ["serve", "--demo", "--no-open", "--port", str(port)]
        environment = {**os.environ, "DUIXIAN_HOME": str(tmp_path)}
        process = subprocess.Popen(
            [sys.executable, "-m", "duixian", *arguments], stderr=subprocess.PIPE, text=True, env=environment
        )
        try:
            assert process.stderr is not None
            assert f"http://127.0.0.1:{port}/" in process.stderr.readline()
            page = httpx2.get(f"http://127.0.0.1:{port}/", timeout=30).text
            assert "岚川省" in page
            taken = subprocess.run(
                [sys.executable, "-m", "duixian", *arguments],
                capture_output=True,
                text=True,
                env=environment,
                check=False,
            )
            assert taken.returncode == 1
            assert "已被占用" in taken.stderr
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert "Traceback" not in process.stderr.read()
        finally:
            process.kill()
            process.wait()
        assert (tmp_path / "corpus" / "duixian-corpus.json").exists()


def _routes() -> list[APIRoute]:
    """The routes of all rooms, those that are yet to come among them."""
    return [route for room in _ROOMS for route in room.router.routes if isinstance(route, APIRoute)]


def test_the_samples_are_what_serve_demo_loads(empty: TestClient) -> None:
    desk = empty.app.state.desk  # type: ignore[attr-defined]
    assert len(desk.add_samples().documents) == len(samples.YEARS)
    assert desk.add_samples().unchanged == len(samples.YEARS)
