"""Writes pickles as different Pythons write them; each call adds what its Python can.

    /usr/bin/python3 scripts/golden/pickles.py test/golden/pickles   # Python 3 with numpy 1
    python3.11 scripts/golden/pickles.py test/golden/pickles         # Python 3 with numpy 2
    python2.7 scripts/golden/pickles.py test/golden/pickles          # CIFAR's form
"""
import os
import pickle
import sys

folder = sys.argv[1]


def write(name, value, protocol):
    with open(os.path.join(folder, name), "wb") as file:
        pickle.dump(value, file, protocol)


def plain():
    import collections

    return {
        "none": None,
        "truth": [True, False],
        "integers": [0, -1, 255, 256, 65536, -(2**31), 2**53 - 1, 2**53, -(2**63), 2**100],
        "floats": [0.5, -1e-300, float("inf"), float("-inf")],
        "texts": ["", "a\nb\\u0041'\"", u"\u00e9\u4e2d\U0001f600", "x" * 300],
        "bytes": [b"", b"\x00\xff", bytearray(b"ab")],
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
        "sets": [set(), {1, 2}, frozenset([3])],
        "ordered": collections.OrderedDict([("b", 1), ("a", [2])]),
        "counter": collections.Counter([3, 3]),
        b"bytes as key": {7: {(1, 2): "tuple as key"}},
    }


def arrays(numpy):
    return {
        "uint8": numpy.arange(6, dtype=numpy.uint8).reshape(2, 3),
        "column-major": numpy.asfortranarray(numpy.arange(6, dtype=numpy.float32).reshape(2, 3)),
        "big-endian": numpy.array([1, -2], dtype=">i2"),
        "bool": numpy.array([True, False]),
        "empty": numpy.zeros((0, 3)),
        "no dimension": numpy.array(3.5),
        "scalars": [numpy.float32(1.5), numpy.int64(2**60), numpy.bool_(True), numpy.uint8(3)],
    }


def cifar():
    """A batch of CIFAR-10 with two pictures. Instead of numpy, which Python 2 rarely has today, classes of its names that
    are pickled as numpy's __reduce__ says."""
    import cPickle
    import types

    def named(module, value):
        value.__module__ = module
        setattr(sys.modules[module], value.__name__, value)
        return value

    def _reconstruct(kind, shape, code):
        pass

    for module in ("numpy", "numpy.core", "numpy.core.multiarray"):
        sys.modules[module] = types.ModuleType(module)
    named("numpy.core.multiarray", _reconstruct)

    class dtype(object):
        def __init__(self, code, align, copy):
            pass

        def __reduce__(self):
            return dtype, ("u1", 0, 1), (3, "|", None, None, None, -1, -1, 0)

    class ndarray(object):
        def __reduce__(self):
            pixels = "".join(chr(index * 7 % 256) for index in range(2 * 3072))
            return _reconstruct, (ndarray, (0,), "b"), (1, (2, 3072), dtype("u1", 0, 1), False, pixels)

    named("numpy", dtype)
    named("numpy", ndarray)
    batch = {
        "batch_label": "training batch 1 of 5",
        "labels": [6, 9],
        "data": ndarray(),
        "filenames": ["leptodactylus_pentadactylus_s_000004.png", "camion_s_000148.png"],
    }
    with open(os.path.join(folder, "cifar-python-2.pkl"), "wb") as file:
        cPickle.dump(batch, file, 2)


if not os.path.isdir(folder):
    os.makedirs(folder)
if sys.version_info[0] == 2:
    cifar()
else:
    for protocol in range(6):
        write("plain-%d.pkl" % protocol, plain(), protocol)
    try:
        import numpy
    except ImportError:
        sys.exit(0)
    for protocol in (2, 4, 5):
        write("numpy-%s-protocol-%d.pkl" % (numpy.__version__[0], protocol), arrays(numpy), protocol)
