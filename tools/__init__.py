"""The programs behind `make`: they set up, run and test the addon."""
