"""What corpora that were seen for the first time taught: names of other countries, folded names, digests behind names."""

from __future__ import annotations

import base64
import hashlib
import secrets

import pytest

from outwarden.redact import Redactor

PASSWORD = "Willow!60" + secrets.token_hex(3) + "Gk"
MASKED = "[REDACTED]"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("aadhaar", "6655 9891 9550"), ("nric", "T8556873B"), ("nino", "JG069277D"), ("cpf", "123.456.789-09")),
        *(
            ("national_insurance_number", "JG 06 92 77 D"),
            ("kartu_kredit", "5020800137990113"),
            ("pesel", "85073003328"),
        ),
        *(("ccnumber", "5020800137990113"), ("nomor_va", "8808583464744870"), ("codice_fiscale", "RSSMRA85T10A562S")),
        *(
            ("nir", "1 85 05 78 006 084 95"),
            ("steuerliche_identifikationsnummer", "89 526 585 422"),
            ("身份证号", "110101199202119311"),
        ),
        *(
            ("주민등록번호", "920215-1210963"),
            ("numéro_de_carte", "5020800137990113"),
            ("beneficiary_account", "810215896199"),
        ),
        *(("resident_registration_number", "920215-1210963"), ("номер телефона", "8 912 345-67-89")),
        *(("driving_licence_number", "MORGA657054SM9IJ"), ("kreditkarte", "5020-8001-3799-0113")),
    ],
)
def test_numbers_of_other_countries_are_found_by_their_names(name, number):
    """As a field, in a text, and where the number is encoded."""
    encoded = base64.b64encode(number.encode()).decode()

    assert Redactor().event({name: number}) == {name: MASKED}
    assert number not in Redactor().text(f"Settings(host='x', {name}='{number}')")
    assert encoded not in Redactor().text(f'{{"page": 2, "{name}": "{encoded}"}}')


@pytest.mark.parametrize(
    "name",
    [
        "mot_de_passe",
        "motDePasse",
        "mot-de-passe",
        "mật_khẩu",
        "clave_de_acceso",
        "kata_laluan",
        "USERPWD",
        "clé_api",
        "Zugangspasswort",
        "contrasenya",
        "KODEORD",
        "pgpass",
    ],
)
def test_names_of_several_words_in_other_languages_are_found(name):
    """With blanks in a sentence, with other joints in names of fields and variables."""
    assert Redactor().event({name: PASSWORD}) == {name: MASKED}
    assert Redactor().text(f"retry {name}='{PASSWORD}'") == f"retry {name}='{MASKED}'"


def test_a_name_in_another_language_is_found_in_a_pair():
    """An attribute of OTLP."""
    pair = {"key": "contraseña", "value": {"stringValue": PASSWORD}}

    assert Redactor().event({"attributes": [pair]}) == {
        "attributes": [{"key": "contraseña", "value": {"stringValue": MASKED}}]
    }


@pytest.mark.parametrize("width", [14, 20, 33])
def test_a_name_is_found_that_a_machine_folded(width):
    """Quoted-printable ends lines in the middle of a name as well as of a value."""
    text = (
        f"Server=tcp:tundra.database.windows.net,1433;Initial Catalog=x;User ID=rina;Password={PASSWORD};Encrypt=True;"
    )
    folded = "=\n".join(text[at : at + width] for at in range(0, len(text), width))

    assert PASSWORD not in Redactor().text(folded).replace("=\n", "")
    assert Redactor().text(folded).startswith("Server=tcp:tun")


def test_a_login_is_found_that_a_machine_folded():
    """The line ends are no blanks."""
    text = f"mysql+pymysql://maya:{PASSWORD.replace('!', 'o')}@zephyr.internal:5859/"
    folded = "=\n".join(text[at : at + 14] for at in range(0, len(text), 14))

    assert PASSWORD[8:] not in Redactor().text(folded).replace("=\n", "")


def test_lines_that_nothing_folded_stay():
    """Each is a line of its own."""
    text = "page=2\nsort=name\nlimit=40\nfrom=market_cap\nuntil=last_close\n"

    assert Redactor().text(text) == text


@pytest.mark.parametrize("name", ["lockfile_hash", "body_hash", "etag_hash", "some_hash"])
def test_a_digest_that_tells_its_algorithm_stays(name):
    """Whatever the name ends in."""
    digest = "sha512-" + base64.b64encode(hashlib.sha512(name.encode()).digest()).decode()

    assert Redactor().event({name: digest}) == {name: digest}
    assert Redactor().text(f"{name}: {digest}") == f"{name}: {digest}"


@pytest.mark.parametrize("name", ["lockfile_hash", "payload_hash", "row_hash", "ua_hash", "merkle_hash"])
def test_hashes_of_things_stay(name):
    """In hex, without their algorithm."""
    digest = hashlib.sha256(name.encode()).hexdigest()

    assert Redactor().event({name: digest}) == {name: digest}
    assert Redactor().event({"password_hash": digest}) == {"password_hash": MASKED}


def test_a_phone_number_that_is_a_step_of_a_path_is_found():
    """A plus sign in base64 stays."""
    number = "+62815" + "24225790"

    assert Redactor().text(f"GET /users/%2B{number[1:]}/report/") == f"GET /users/{MASKED}/report/"
    assert Redactor().text(f"x/{number}a/") == f"x/{number}a/"


def test_a_code_for_a_network_gives_its_password():
    """Whatever stands around it."""
    assert Redactor().text(f"scan: WIFI:T:WPA;S:office;P:{PASSWORD};;") == f"scan: WIFI:T:WPA;S:office;P:{MASKED};;"
    assert Redactor().text("wifi: connected, P:12; S: ok") == "wifi: connected, P:12; S: ok"


def test_a_token_that_is_the_name_of_a_protocol_is_found():
    """Browsers have no other place for it."""
    text = f"Sec-WebSocket-Protocol: graphql-ws, bearer.Ember{secrets.token_urlsafe(12)}"

    assert Redactor().text(text) == f"Sec-WebSocket-Protocol: graphql-ws, bearer.{MASKED}"
    assert Redactor().text("bearer.format and bearer.token_header_name") == "bearer.format and bearer.token_header_name"


def test_a_column_in_another_language_is_found():
    """In CSV and in Markdown."""
    assert Redactor().text(f'id,암호,page\n812,"{PASSWORD}",2') == f'id,암호,page\n812,"{MASKED}",2'
    assert Redactor().text(f"| пароль | {PASSWORD} |\n| page | 2 |") == f"| пароль | {MASKED} |\n| page | 2 |"


def test_a_short_token_of_a_link_is_found():
    """Letters of both cases with digits; a word and a number stay."""
    assert (
        Redactor().text("https://x.example/password/reset/MaplejszLeA7q")
        == f"https://x.example/password/reset/{MASKED}"
    )
    assert Redactor().text("https://x.example/verify/quarter-2026q") == "https://x.example/verify/quarter-2026q"


def test_an_attribute_keeps_its_name():
    """`Login ns:id` is no login name."""
    assert Redactor().text('<ns:Login ns:ssn="503-76-8321" lang="id"/>') == f'<ns:Login ns:ssn="{MASKED}" lang="id"/>'


@pytest.mark.parametrize("name", ["api_key", "lösenord", "no_sim"])
def test_a_value_wrapped_in_json_is_found(name):
    """Whatever the wrapping calls it."""
    encoded = base64.b64encode(b"4577" + b"81268657").decode()

    assert encoded not in Redactor().text(f'{name} = \'{{"v": "{encoded}"}}\'\n    retries = 3')
    assert encoded not in Redactor().text(f'name="{name}"\r\n\r\n{{\\"data\\": \\"{encoded}\\"}}\r\n--b7--')


@pytest.mark.parametrize(
    "text",
    [
        *("passenger_count=41 compass=north", "turkey_index: XU100", "passed: 41281, failed: 3"),
        *("domino: 20260701", "kunci: jawaban", "clave: sol", "license number is required", "tax number missing"),
    ],
)
def test_look_alikes_of_such_names_stay(text):
    """They hold a name, or one without a value."""
    assert Redactor().text(text) == text


def test_a_number_that_is_a_step_of_a_path_is_found_by_the_step_before_it():
    """Whatever country it is of; dates and short ids stay."""
    number = "327301" + "2810627079"

    assert Redactor().text(f"GET /v1/nik/{number}/status") == f"GET /v1/nik/{MASKED}/status"
    assert Redactor().text("GET /v1/nik/4170/status, /v1/card/20260701") == "GET /v1/nik/4170/status, /v1/card/20260701"


@pytest.mark.parametrize("name", ["password_lama", "kata_sandi_baru", "passwordBaru"])
def test_old_and_new_values_are_found_in_indonesian(name):
    """The word behind the name only tells which of both it is."""
    assert Redactor().event({name: "cactus-harbor-459"}) == {name: MASKED}
    assert Redactor().text(f"retry {name}=cactus-harbor-459 now") == f"retry {name}={MASKED} now"
    assert Redactor().text("harga baru: 41790, cara lama = benar") == "harga baru: 41790, cara lama = benar"


def test_a_birth_date_is_found_in_a_sentence():
    """With the verb between; what is said of the name itself stays."""
    assert Redactor().text("the dob is 1980-07-05 but locked") == f"the dob is {MASKED} but locked"
    assert Redactor().text('~ birthdate = "03-10-1964" -> "28-10-1965"') == f'~ birthdate = "{MASKED}"'
    assert Redactor().text("the email is disabled; birth was early") == "the email is disabled; birth was early"


def test_a_key_with_a_short_beginning_is_told_from_a_class():
    """Mandrill's have 22 characters of any kind."""
    key = "md-" + "Rw7r3Dwhg" + secrets.token_hex(6) + "Q"

    assert Redactor().text(f"with {key} now") == f"with {MASKED} now"
    assert Redactor().text('class="md-indeterminate-progress-bar"') == 'class="md-indeterminate-progress-bar"'
