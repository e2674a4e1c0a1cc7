"""Search: two Chinese characters are enough, and nobody finds what he may not see."""

import pytest


def found(browser, words):
    answer = browser.get("/search", query_string={"q": words})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def results(page):
    """Only what was found: the words of the query stand in the page as well."""
    return page.split("<main", 1)[1]


def test_two_characters_find_consortium_project_milestone_and_firm(world, sign_in):
    page = results(found(sign_in(world.ours.people.member), "晨星"))
    assert f"/consortia/{world.ours.consortium.id}" in page
    assert f"/projects/{world.ours.project.id}" in page
    assert f"/milestones/{world.ours.milestone.id}" in page
    assert f"/organisations/{world.ours.member.id}" in page
    for heading in ("Consortia", "Organisations", "Projects", "Milestones"):
        assert f">{heading}</h2>" in page


@pytest.mark.parametrize("who", ["coordinator", "member", "signatory", "expert", "auditor"])
def test_other_tables_are_not_found(world, sign_in, who):
    page = results(found(sign_in(world.ours.people.__dict__[who]), "暮云"))
    assert f"/consortia/{world.theirs.consortium.id}" not in page
    assert "暮云项目" not in page
    assert "暮云里程碑" not in page
    # The directory of organisations is open to all who are signed in.
    assert f"/organisations/{world.theirs.lead.id}" in page


def test_an_officer_finds_what_lies_in_his_remit(world, sign_in):
    assert f"/consortia/{world.ours.consortium.id}" in found(sign_in(world.people.officer), "晨星联合体")
    for person, words in ((world.people.officer, "暮云联合体"), (world.people.officer_elsewhere, "晨星联合体")):
        assert 'href="/consortia/' not in results(found(sign_in(person), words)).split("</form>")[-1]


def test_an_administrator_finds_no_content(world, sign_in):
    page = results(found(sign_in(world.people.administrator), "晨星"))
    assert "晨星项目" not in page
    assert "晨星里程碑" not in page


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "***",
        '"',
        '" OR 1=1 --',
        "NEAR(",
        "晨" * 5000,
        "%",
        "😀",
        "a AND b OR c NOT",
        "'; DROP TABLE user; --",
        "<script>",
    ],
)
def test_strange_queries_are_answered_in_words(world, sign_in, words):
    page = found(sign_in(world.ours.people.member), words)
    assert "<script>" not in page.replace("<script src", "")
    assert any(
        sentence in page
        for sentence in ("Type a name", "no letters or digits", "Nothing that you may see", "in what you may see")
    )


def test_a_query_that_nobody_can_type_is_refused_in_words(world, sign_in):
    answer = sign_in(world.ours.people.member).get("/search?q=%00")
    assert answer.status_code == 400
    assert "could not be understood" in answer.get_data(as_text=True)


def test_all_words_have_to_match(world, sign_in):
    browser = sign_in(world.ours.people.member)
    assert f"/milestones/{world.ours.milestone.id}" in found(browser, "里程碑甲 晨星")
    assert f"/milestones/{world.ours.milestone.id}" not in found(browser, "里程碑甲 暮云")


def test_strangers_may_not_search(client):
    assert client.get("/search?q=晨星").status_code == 302
