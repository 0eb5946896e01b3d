"""Becomes a program that gets a signal when the one that started it is gone, even killed.

`tied.py <signal> <process that starts it> <program> <arguments>`
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def tie(number):
    """Have the kernel send this process a signal when its parent is gone."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


if __name__ == "__main__":
    number, parent, *command = sys.argv[1:]
    tie(int(number))
    if os.getppid() == int(parent):  # else it was gone before this could be asked for
        os.execvp(command[0], command)
