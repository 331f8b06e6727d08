"""Kafka's settings, as Java reads them."""

from stack.servers.kafka import as_property


def test_a_folder_of_any_name_is_what_java_reads() -> None:
    assert as_property("/home/ines/a b") == "/home/ines/a b"
    assert as_property("/home/jörg/文\\😀") == r"/home/j\u00f6rg/\u6587\u005c\ud83d\ude00"
    assert as_property(2048) == "2048"
