"""Settings: typed, complete, and unsafe ones refuse to start with a sentence."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from itsdangerous import BadSignature

from consortium.app import create_app
from consortium.config import SETTINGS, Unsafe, read, table
from consortium.consortia.invitations import _seal
from consortium.core.errors import Missing
from consortium.documents import archive

SAFE = {"ENVIRONMENT": "production", "SECRET_KEY": "k" * 40, "BASE_URL": "https://consortia.example.org"}


def test_local_defaults_need_nothing(tmp_path):
    config = read({"DATA_DIR": str(tmp_path)})
    assert config["DATABASE_URL"] == f"sqlite:///{tmp_path / 'platform.db'}"
    assert config["PORT"] == 8000
    assert len(config["SECRET_KEY"]) > 32


def test_the_local_key_is_made_once_and_kept_for_the_owner_alone(tmp_path):
    first, second = read({"DATA_DIR": str(tmp_path)}), read({"DATA_DIR": str(tmp_path)})
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_safe_production_starts(tmp_path):
    assert read({**SAFE, "DATA_DIR": str(tmp_path)}).production


@pytest.mark.parametrize(
    ("unsafe", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"BASE_URL": "http://consortia.example.org"}, "https"),
        ({"DEMO_SIGN_IN": "1"}, "DEMO_SIGN_IN"),
        ({"TRUSTED_HOSTS": "*"}, "TRUSTED_HOSTS"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT"),
        ({"PORT": "eighty"}, "PORT"),
        ({"DEMO_SIGN_IN": "perhaps"}, "DEMO_SIGN_IN"),
    ],
)
def test_unsafe_settings_refuse_to_start(tmp_path, unsafe, sentence):
    with pytest.raises(Unsafe, match=sentence):
        read({**SAFE, "DATA_DIR": str(tmp_path), **unsafe})


def test_production_without_a_mail_server_starts_and_knows_it(tmp_path):
    assert read({**SAFE, "DATA_DIR": str(tmp_path)}).mails_wait
    assert not read({**SAFE, "DATA_DIR": str(tmp_path), "MAIL_URL": "smtp://mail.example.org"}).mails_wait
    assert not read({"DATA_DIR": str(tmp_path)}).mails_wait


def test_postgresql_gets_the_driver_that_is_installed(tmp_path):
    url = read({"DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://u@h/d"})["DATABASE_URL"]
    assert url == "postgresql+psycopg://u@h/d"


def test_every_setting_stands_in_the_table():
    assert all(f"`{setting.name}`" in table() for setting in SETTINGS)


def test_many_that_start_at_once_have_one_whole_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read({"DATA_DIR": str(tmp_path)})["SECRET_KEY"], range(8)))
    assert len(keys) == 1 and len(keys.pop()) >= 32
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_two_platforms_of_one_process_keep_their_files_and_links_apart(app, tmp_path):
    with app.app_context():
        kept, sealed = archive.keep("只属于第一个平台\n".encode()), _seal().dumps([1, "secret"])
    second = create_app(
        {"DATA_DIR": str(tmp_path), "SECRET_KEY": "a key for tests only, of a second platform"},
        TESTING=True, SKIP_DATABASE=True,
    )  # fmt: skip
    with second.app_context(), pytest.raises(Missing):
        archive.fetch(kept.key)
    with second.app_context(), pytest.raises(BadSignature):
        _seal().loads(sealed)  # links of one are no links of the other
    with app.app_context():
        assert archive.fetch(kept.key) == "只属于第一个平台\n".encode()
        assert _seal().loads(sealed) == [1, "secret"]
