"""The tenant on loopback is as strict as Feishu's documentation: asked by the SDK's own typed calls, not by Survey's."""

import copy
import threading
from typing import Any

import lark_oapi as lark
import pytest
from lark_oapi.api.docx import v1 as docx
from lark_oapi.api.im import v1 as im

from tests.publish.docx_rules import Json, Refused, check_tree
from tests.publish.fake_feishu import FakeFeishu
from tests.publish.im_rules import check_card, check_hook, check_message, check_recording
from tests.publish.sound import opus
from tests.publish.tenant_parts import App, Fault, ManualClock


def text(id_: str, content: str = "x", **more: Any) -> Json:
    return {"block_id": id_, "block_type": 2, "text": {"elements": [{"text_run": {"content": content}}]}, **more}


def a_table(rows: int, columns: int) -> list[Json]:
    cells = [f"c{n}" for n in range(rows * columns)]
    whole: Json = {"block_id": "t", "block_type": 31, "table": {"property": {"row_size": rows, "column_size": columns}}, "children": cells}
    made = [whole]
    for cell in cells:
        made += [{"block_id": cell, "block_type": 32, "table_cell": {}, "children": [f"{cell}x"]}, text(f"{cell}x")]
    return made


@pytest.fixture
def client(fake: FakeFeishu) -> lark.Client:
    fake.apps["cli_typed"] = App("typed")
    builder = lark.Client.builder().app_id("cli_typed").app_secret("typed").domain(fake.origin).timeout(10)
    lark.core.token.TokenManager.cache.set("self_tenant_token:cli_typed", "", 0)
    return builder.build()


def new_document(client: Any) -> str:
    body = docx.CreateDocumentRequestBody.builder().title("typed").build()
    answer = client.docx.v1.document.create(docx.CreateDocumentRequest.builder().request_body(body).build())
    assert answer.success(), answer.msg
    return str(answer.data.document.document_id)


def test_the_typed_calls_of_the_sdk(client: Any) -> None:
    document = new_document(client)
    run = docx.TextElement.builder().text_run(docx.TextRun.builder().content("hello").build()).build()
    words = docx.Text.builder().elements([run]).build()
    block = docx.Block.builder().block_id("a").block_type(2).text(words).build()
    body = docx.CreateDocumentBlockDescendantRequestBody.builder().children_id(["a"]).descendants([block]).index(-1).build()
    request = docx.CreateDocumentBlockDescendantRequest.builder().document_id(document).block_id(document).document_revision_id(-1)
    once = "11111111-1111-4111-8111-111111111111"
    for _ in range(2):  # the second is a repetition: answered, not carried out
        answer = client.docx.v1.document_block_descendant.create(request.client_token(once).request_body(body).build())
        assert answer.success(), answer.msg
    listed = client.docx.v1.document_block.list(docx.ListDocumentBlockRequest.builder().document_id(document).page_size(500).build())
    assert [item.block_type for item in listed.data.items] == [1, 2]
    assert listed.data.items[1].text.elements[0].text_run.content == "hello"
    raw = client.docx.v1.document.raw_content(docx.RawContentDocumentRequest.builder().document_id(document).build())
    assert raw.data.content == "hello"


def test_a_typed_table_of_children_has_nine_rows_at_most(client: Any) -> None:
    document = new_document(client)
    property_ = docx.TableProperty.builder().row_size(10).column_size(2).build()
    block = docx.Block.builder().block_type(31).table(docx.Table.builder().property(property_).build()).build()
    body = docx.CreateDocumentBlockChildrenRequestBody.builder().children([block]).build()
    request = docx.CreateDocumentBlockChildrenRequest.builder().document_id(document).block_id(document).request_body(body).build()
    assert client.docx.v1.document_block_children.create(request).code == 1770001


def test_a_typed_upload_and_voice_message(fake: FakeFeishu, client: Any) -> None:
    import io

    fake.chats["oc_1"] = {"cli_typed"}
    body = im.CreateFileRequestBody.builder().file_type("opus").file_name("a.opus").duration(1000).file(io.BytesIO(opus(1.0))).build()
    answer = client.im.v1.file.create(im.CreateFileRequest.builder().request_body(body).build())
    assert answer.success(), answer.msg
    content = f'{{"file_key": "{answer.data.file_key}"}}'
    message = im.CreateMessageRequestBody.builder().receive_id("oc_1").msg_type("audio").content(content).uuid("u1").build()
    request = im.CreateMessageRequest.builder().receive_id_type("chat_id").request_body(message).build()
    first = client.im.v1.message.create(request)
    assert first.success(), first.msg
    assert len(fake.messages) == 1


def test_signing_in_is_needed_and_a_token_ends(fake: FakeFeishu, client: Any) -> None:
    path = "/open-apis/docx/v1/documents"
    for header, code in (("", 99991661), ("Bearer x-1", 99991671), ("Bearer t-1", 99991663)):
        answer = fake.answer("POST", path, {"Authorization": header} if header else {}, b"{}")
        assert answer is not None
        assert f'"code": {code}' in answer[2].decode()
    new_document(client)
    assert isinstance(fake.clock, ManualClock)
    fake.clock.sleep(8000.0)
    body = docx.CreateDocumentRequestBody.builder().title("late").build()
    answer = client.docx.v1.document.create(docx.CreateDocumentRequest.builder().request_body(body).build())
    assert answer.code == 99991663, "the SDK alone goes on with a token that has ended"


def test_more_than_three_writes_a_second_are_too_many(client: Any) -> None:
    body = docx.CreateDocumentRequestBody.builder().title("x").build()
    answers = [client.docx.v1.document.create(docx.CreateDocumentRequest.builder().request_body(body).build()) for _ in range(4)]
    assert [answer.code for answer in answers] == [0, 0, 0, 99991400]
    assert answers[3].raw.status_code == 400
    assert answers[3].raw.headers["x-ogw-ratelimit-reset"] == "1"


def test_two_documents_of_one_folder_at_once_are_refused(fake: FakeFeishu, client: Any) -> None:
    fake.faults.append(Fault("create", "slow", 1, 0.5))
    body = docx.CreateDocumentRequestBody.builder().title("x").build()
    codes: list[int] = []
    client.docx.v1.document.get(docx.GetDocumentRequest.builder().document_id("none").build())  # signs in before the race

    def create() -> None:
        codes.append(client.docx.v1.document.create(docx.CreateDocumentRequest.builder().request_body(body).build()).code)

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0, 1770036]


TABLE = a_table(2, 2)


def changed(**changes: Any) -> list[Json]:
    """The table with its first block changed."""
    made = copy.deepcopy(TABLE)
    made[0].update(changes)
    return made


@pytest.mark.parametrize(
    ("first", "descendants", "code"),
    [
        ([], [text("a")], 99992402),
        (["a"], [text("a")] * 1001, 99992402),
        (["a"], [text("a"), text("a")], 1770019),
        (["a"], [text("a"), text("b")], 1770014),
        (["a", "b"], [text("a")], 1770014),
        (["a"], [text("a", children=["b"]), text("b", children=["a"])], 1770006),
        (["a", "b"], [text("a", children=["c"]), text("b", children=["c"]), text("c")], 1770014),
        (["a"], [text("a"), text("b", children=["c"]), text("c", children=["b"])], 1770014),
        (["a", "b"], [text("a", children=["b"]), text("b")], 1770006),
        (["a"], [{"block_id": "a", "block_type": 3, "text": {}}], 1770001),
        (["a"], [{"block_id": "a", "block_type": 14, "code": {"elements": [{"text_run": {"content": ""}}]}}], 1770001),
        (["a"], [text("a", comment_ids=[])], 1770001),
        (["a"], [text("a", "x" * 100_001)], 1770001),
        (["t"], changed(table={"property": {"row_size": 2, "column_size": 2, "merge_info": []}}), 1770001),
        (["t"], changed(table={"property": {"row_size": 3, "column_size": 2}}), 1770001),
        (["t"], a_table(1, 101), 1770010),
        (["t"], changed(table={"property": {"row_size": 101, "column_size": 20}}), 1770011),
        (["t"], [*TABLE[:2], *TABLE[3:]], 1770014),
        (["c"], [{"block_id": "c", "block_type": 19, "callout": {}}], 1770014),
        (["c"], [{"block_id": "c", "block_type": 19, "callout": {}, "children": ["t"]}, *TABLE], 1770014),
        (
            ["a"],
            [{"block_id": "a", "block_type": 2, "text": {"elements": [{"text_run": {"content": "", "text_element_style": {"link": {"url": "https://x.y"}}}}]}}],
            1770024,
        ),
        (["a"], [{"block_id": "a", "block_type": 2, "text": {"elements": [{"mention_user": {"user_id": "all"}}]}}], 1770024),
    ],
)  # fmt: skip
def test_trees_that_are_refused(first: list[str], descendants: list[Json], code: int) -> None:
    with pytest.raises(Refused) as caught:
        check_tree(first, descendants)
    assert caught.value.code == code


def test_trees_that_are_taken() -> None:
    check_tree(["t"], a_table(71, 7))
    check_tree(["c", "a"], [{"block_id": "c", "block_type": 19, "callout": {}, "children": ["b"]}, text("b"), text("a")])


CARD: Json = {"schema": "2.0", "header": {"title": {"tag": "plain_text", "content": "t"}}, "body": {"elements": [{"tag": "hr"}]}}


@pytest.mark.parametrize(
    ("card", "sub_code"),
    [
        ({**CARD, "schema": "1.0"}, 200621),
        ({**CARD, "elements": []}, 200621),
        ({**CARD, "config": {"wide_screen_mode": True}}, 200861),
        ({**CARD, "body": {"elements": [{"tag": "action", "actions": []}]}}, 200861),
        ({**CARD, "body": {"elements": [{"tag": "hr", "color": "red"}]}}, 200861),
        ({**CARD, "body": {"elements": [{"tag": "hr"}] * 201}}, 11310),
        ({**CARD, "body": {"elements": [{"tag": "table", "columns": [{"name": "a"}], "rows": []}] * 6}}, 11310),
        ({**CARD, "body": {"elements": [{"tag": "table", "columns": [{"name": "a"}], "rows": [{"b": 1}]}]}}, 200915),
    ],
)
def test_cards_that_are_refused(card: Json, sub_code: int) -> None:
    check_card(CARD)
    with pytest.raises(Refused, match=str(sub_code)):
        check_card(card)


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("interactive", CARD, 230001),
        ("interactive", "{", 230001),
        ("interactive", '"' + "x" * 31_000 + '"', 230025),
        ("audio", '{"file_key": "none"}', 230017),
        ("audio", '{"file_key": "theirs"}', 230017),
        ("audio", '{"file_key": "stream"}', 230055),
        ("image", "{}", 230001),
    ],
)
def test_messages_that_are_refused(kind: str, content: Any, code: int) -> None:
    files = {"theirs": {"app": "other", "type": "opus"}, "stream": {"app": "mine", "type": "stream"}}
    with pytest.raises(Refused) as caught:
        check_message(kind, content, files, "mine")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"file": b""}, 234010),
        ({"file": b"RIFF"}, 234001),
        ({"duration": b"1.5"}, 234001),
        ({"duration": b"0"}, 234001),
        ({"file_type": b"mp4"}, 234001),
        ({"file": bytes(30 * 1024 * 1024 + 1)}, 234006),
    ],
)
def test_recordings_that_are_refused(change: dict[str, bytes], code: int) -> None:
    whole = {"file_type": b"opus", "file_name": b"a.opus", "duration": b"1000", "file": opus(1.0)}
    assert check_recording(whole)["duration"] == 1000
    with pytest.raises(Refused) as caught:
        check_recording({**whole, **change})
    assert caught.value.code == code


def test_webhooks_that_are_refused() -> None:
    for data, code in ((b"{", 9499), (b"{}", 19002), (b" " * 20_481, 19036), (b'{"msg_type": "interactive", "card": "{}"}', 9499)):
        with pytest.raises(Refused) as caught:
            check_hook(data, None, None, 0.0)
        assert (caught.value.code, caught.value.status) == (code, 200)
    signed = b'{"timestamp": "1599360473", "sign": "363UeKLKin0EeG+hrOQd23TNUSH+orqAFf6mWFdhcD4=", "msg_type": "interactive", "card": {}}'
    for now, code in ((1599360473.0 + 3601, 19021), (1599360473.0, 11246)):
        with pytest.raises(Refused) as caught:
            check_hook(signed, "testsecret", None, now)
        assert caught.value.code == code
