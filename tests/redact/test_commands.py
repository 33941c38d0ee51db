"""Passwords that a program, a statement or a function takes at a known place, without a name before them."""

from __future__ import annotations

import secrets

import pytest

from outwarden.redact import Redactor

PASSWORD = "kucing-" + secrets.choice(("putih", "hitam")) + "-20417"
"""As people choose them: words and a number, so that only the place gives it away."""


@pytest.mark.parametrize(
    "line",
    [
        "mongosh -u app -p%V db",
        "isql -U app -P %V",
        "cqlsh h -u app -p %V",
        "rabbitmqctl add_user app %V",
        "rar a -hp%V o.rar d",
        "7za a -mhe=on -p'%V' x",
        "htpasswd -nbB app %V",
        "cmdkey /add:h /user:app /pass:%V",
        "schtasks /create /tn t /ru app /rp %V",
        "signtool sign /f a.pfx /p %V x.exe",
        "winrs -r:h -u:app -p:%V dir",
        "net use Z: \\\\fs\\s /user:app %V",
        "nmcli dev wifi connect cafe password %V",
        "wpa_passphrase cafe %V",
        "pdftotext -upw %V a.pdf",
        "swaks -au app -ap %V",
        "curl -uapp:%V https://h",
        "curl --pass %V https://h",
        "bundle config https://gems.example app:%V",
        "db2 connect to d user app using %V",
        "expdp app/%V@ORCL schemas=x",
        "impacket-psexec CORP/app:'%V'@h",
        "mysqladmin -u root password %V",
        "docker secret create s - <<< '%V'",
        "echo '%V' | kinit app@CORP",
        "printf '%s' '%V' | docker login --password-stdin",
        "rsync --password-file=<(echo %V) a b",
        'expect "assword:" { send "%V\\r" }',
        "anytool -u app -p %V h",
        "username admin password 0 %V",
        "enable secret 0 %V",
        "createUser app SHA %V AES %V",
        "qpdf --encrypt %V %V 256 -- a b",
        "client.login('app', '%V')",
        "#0 db.php(3): PDO->__construct('mysql:host=db', 'app', '%V')",
        "EXEC sp_addlogin 'app', '%V'",
        "SELECT pgp_sym_encrypt('x', '%V')",
        "SELECT crypt('%V', gen_salt('bf'))",
        "Command '['mysql', '-u', 'root', '-p%V', 'db']' returned 1",
        "Command '['sshpass', '-p', '%V', 'ssh', 'h']' timed out",
        '["curl", "-u", "app:%V", "https://h"]',
        "standby 1 authentication md5 key-string %V",
        "snmp-server user u g v3 auth sha %V priv aes 128 %V",
        "CALL create_user('app', '%V')",
        "jwt.encode(claims, '%V', algorithm='HS256')",
        "hmac.new(b'%V', message, sha256)",
        "crypto.createHmac('sha256', '%V')",
        "new Sequelize('db', 'app', '%V', {host: 'h'})",
        'DriverManager.getConnection(url, "app", "%V")',
        'builder.Credentials("app", "%V")',
        "curl_setopt($c, CURLOPT_USERPWD, 'app:%V')",
        "snmp: community string %V rejected",
        "ACL: user default on >%V ~*",
    ],
)
def test_a_password_at_its_place_in_a_command_is_found(line):
    """Options of one letter, arguments that only their order tells, pipes, lists of arguments."""
    assert PASSWORD not in Redactor().text(line.replace("%V", PASSWORD))


@pytest.mark.parametrize(
    "line",
    [
        "docker run -u 1000:1000 -p 8080:80 img:1.4.2",
        "mysql -h db.example -P 3306 -e 'select 1'",
        "psql -U app -h db.example -p 5432 ledger",
        "sudo -u app mkdir -p releases-2024",
        "docker run -u app -p 127.0.0.1:80:80 -w /srv/app2 img",
        "ssh -l app -p 2222 db.example",
        "library 7z 23.01, rar 6.2, exp 2026-01-01, zip -r out2.zip dir3",
        'echo "release 20417" | tee notes.txt',
        "login('app', 3)",
        'expect eof; send "ls -la 20417\\r"',
        "curl -s https://h.example/healthz -o /dev/null",
        "['docker', 'run', '-p', '8080:80', '-w', '/srv/app2', 'img']",
        "tail -f log <<< daily-report",
        "add_user app was called 20417 times",
        "hmac.new(secret_key2, message, sha256)",
        "jwt.sign(payload, key2, { expiresIn: 20417 })",
        "new Stripe(process.env.STRIPE_KEY2)",
    ],
)
def test_options_that_look_alike_stay(line):
    """Ports, paths, numbers of users, versions."""
    assert Redactor().text(line) == line


@pytest.mark.parametrize(
    "arguments",
    [
        ["/usr/bin/mysql", "-uroot", "-p%V", "-e", "select 1"],
        ["sshpass", "-p", "%V", "ssh", "h"],
        ["sudo", "7z", "a", "-p%V", "o.7z"],
        ["anytool", "-u", "app", "-p", "%V"],
        ["snmpget", "-v3", "-A", "%V", "-X", "z%V", "h"],
    ],
)
def test_a_password_in_a_list_of_arguments_is_found(arguments):
    """As a process is started with them, each by itself."""
    given = [one.replace("%V", PASSWORD) for one in arguments]

    shown = Redactor().event({"process.command_args": given, "again": f"see {PASSWORD}x2Z9 there"})

    assert PASSWORD not in str(shown["process.command_args"])
    assert [one for one in shown["process.command_args"] if "[REDACTED]" not in one] == [
        one for one in given if PASSWORD not in one
    ]


def test_other_lists_of_arguments_stay():
    """Ports, paths, names."""
    for given in (
        ["docker", "run", "-p", "8080:80", "-w", "/srv/app2", "img"],
        ["psql", "-U", "app", "-p", "5432", "ledger"],
        ["mkdir", "-p", "releases-2024"],
        ["sort", "-k", "name2"],
    ):
        assert Redactor().event({"args": given}) == {"args": given}


def test_arguments_that_a_protocol_wraps_have_names_as_well():
    """OTLP: each of them is an object."""
    values = [{"stringValue": one} for one in ("app", "--password", PASSWORD)]

    shown = Redactor().event({"value": {"arrayValue": {"values": values}}})

    assert PASSWORD not in str(shown)


def test_a_command_that_ends_its_text_takes_nothing_from_the_next_one():
    """All texts of an event are looked at together."""
    event = {
        "a": "mc alias set m https://h.example [REDACTED]",
        "b": "The session closed higher",
        "c": "useradd -m",
        "d": "-p harbor-20417",
    }

    assert Redactor().event(event) == event
    first = Redactor().event({"x": "1", "a": f"curl -uapp:{PASSWORD} https://h", "b": f"-u app -p {PASSWORD}"})
    assert PASSWORD not in str(first)
