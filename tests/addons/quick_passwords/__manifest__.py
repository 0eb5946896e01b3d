{
    "name": "Passwords in no time",
    "summary": "For tests in which many log in, each in a browser of their own",
    "author": "Clinic Family contributors",
    "license": "LGPL-3",
    "depends": ["base"],
    "installable": True,
}
