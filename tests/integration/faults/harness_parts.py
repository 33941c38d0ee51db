"""Making one function raise, wherever it is."""

from __future__ import annotations

import gc
import os
import types

OURS = f"{os.sep}outwarden{os.sep}"


def name_of(code: types.CodeType) -> str:
    path = code.co_filename.rsplit(OURS, 1)[1]
    return f"{path.removesuffix('.py').replace(os.sep, '.')}:{code.co_qualname}"


def _raise(*args, **kwargs):
    raise ArithmeticError("a fault of ours")


def sabotaged(code: types.CodeType, name: str) -> types.CodeType:
    """Give the code with the function of this name in it, however deep, replaced by one that raises."""
    if OURS in code.co_filename and name_of(code) == name:
        return _raise.__code__.replace(co_freevars=code.co_freevars, co_name=code.co_name, co_qualname=code.co_qualname)
    inner = tuple(sabotaged(c, name) if isinstance(c, types.CodeType) else c for c in code.co_consts)
    return code if inner == code.co_consts else code.replace(co_consts=inner)


_functions: list[types.FunctionType] = []


def remember_functions() -> None:
    """Find all functions of ours once; what the children add is made from their code."""
    functions = [one for one in gc.get_objects() if isinstance(one, types.FunctionType)]
    _functions.extend(one for one in functions if OURS in one.__code__.co_filename)
    gc.freeze()


def sabotage(name: str) -> None:
    """Replace it wherever it is: in functions, methods, and what they make at run time."""
    for function in _functions:
        code = sabotaged(function.__code__, name)
        if code is not function.__code__:
            function.__code__ = code
