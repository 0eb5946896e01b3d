{
    "name": "A provider that takes its time",
    "summary": "For tests of a server that is killed while a card is charged",
    "author": "Clinic Family contributors",
    "license": "LGPL-3",
    "depends": ["payment_demo"],
    "installable": True,
}
