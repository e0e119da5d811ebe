"""Write the network as an ONNX graph: layers only, the embeddings stay outside.

Inputs, all single precision: x (time, width); cosine and sine (time, half a head); future (time, time read), 0 or very
negative; keys and values (layers, heads, time before, head). Outputs: logits (time, vocabulary), keys, values.
"""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from partbook.music.model.network import TINY
from partbook.music.model.tokens import VOCABULARY
from partbook.music.model.weights import BLOCK, Weights

OPSET, IR_VERSION = 17, 9


class Graph:
    """A graph that grows node by node."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, kind: str, *inputs: str, **attributes: object) -> str:
        """One node; returns the name of what it gives."""
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, value: NDArray[np.generic]) -> str:
        """A fixed tensor."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, value: NDArray[np.float64]) -> str:
        """A tensor kept in half precision and used in single precision."""
        return self.add("Cast", self.constant(value.astype(np.float16)), to=TensorProto.FLOAT)

    def number(self, value: float) -> str:
        """A number in single precision."""
        return self.constant(np.array(value, np.float32))

    def sizes(self, *values: int) -> str:
        """A shape, or the numbers of axes."""
        return self.constant(np.array(values, np.int64))

    def norm(self, x: str) -> str:
        """Each row divided by its root mean square."""
        square = self.add("ReduceMean", self.add("Mul", x, x), axes=[-1], keepdims=1)
        return self.add("Div", x, self.add("Sqrt", self.add("Add", square, self.number(TINY))))


def write_graph(weights: Weights, path: Path) -> None:
    """Write the .onnx file.

    Args:
        weights: as they are shipped.
        path: where to.
    """
    shape, graph = weights.shape, Graph()
    size = shape.width // shape.heads
    x, keys, values = "x", [], []
    for number, layer in enumerate(weights.layers):
        own = {name: layer[name] for name in BLOCK}
        split = graph.add(
            "Reshape",
            graph.add("MatMul", graph.norm(x), graph.weight(own["attend"].T)),
            graph.sizes(0, 3, shape.heads, size),
        )
        parts = graph.add("Transpose", split, perm=[1, 2, 0, 3])
        query, key, value = (graph.add("Gather", parts, graph.constant(np.array(i)), axis=0) for i in range(3))
        query = graph.add(
            "Mul",
            _turned(graph, graph.norm(query), size),
            graph.constant((own["sharpness"][:, None, None] / np.sqrt(size)).astype(np.float32)),
        )
        key = graph.add("Concat", _before(graph, "keys", number), _turned(graph, graph.norm(key), size), axis=1)
        value = graph.add("Concat", _before(graph, "values", number), value, axis=1)
        keys.append(graph.add("Unsqueeze", key, graph.sizes(0)))
        values.append(graph.add("Unsqueeze", value, graph.sizes(0)))
        fit = graph.add("Add", graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 2, 1])), "future")
        heard = graph.add("MatMul", graph.add("Softmax", fit, axis=-1), value)
        heard = graph.add("Reshape", graph.add("Transpose", heard, perm=[1, 0, 2]), graph.sizes(-1, shape.width))
        x = graph.add("Add", x, graph.add("MatMul", heard, graph.weight(own["merge"].T)))
        wide = graph.add("Relu", graph.add("MatMul", graph.norm(x), graph.weight(own["widen"].T)))
        x = graph.add("Add", x, graph.add("MatMul", graph.add("Mul", wide, wide), graph.weight(own["narrow"].T)))
    logits = graph.add("MatMul", graph.norm(x), graph.weight(weights.arrays["choose"].T))
    outputs = {
        "logits": logits,
        "keys_read": graph.add("Concat", *keys, axis=0),
        "values_read": graph.add("Concat", *values, axis=0),
    }
    for name, source in outputs.items():
        graph.nodes.append(helper.make_node("Identity", [source], [name]))
    _save(graph, shape.width, size, path)


def _before(graph: Graph, name: str, layer: int) -> str:
    return graph.add("Gather", name, graph.constant(np.array(layer)), axis=0)


def _turned(graph: Graph, x: str, size: int) -> str:
    start, middle, end, axis = (graph.sizes(value) for value in (0, size // 2, size, 2))
    first, second = graph.add("Slice", x, start, middle, axis), graph.add("Slice", x, middle, end, axis)
    left = graph.add("Sub", graph.add("Mul", first, "cosine"), graph.add("Mul", second, "sine"))
    right = graph.add("Add", graph.add("Mul", first, "sine"), graph.add("Mul", second, "cosine"))
    return graph.add("Concat", left, right, axis=2)


def _save(graph: Graph, width: int, size: int, path: Path) -> None:
    def tensor(name: str, *shape: int | str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    inputs = [
        tensor("x", "time", width),
        tensor("cosine", "time", size // 2),
        tensor("sine", "time", size // 2),
        tensor("future", "time", "read"),
        tensor("keys", "layers", "heads", "before", size),
        tensor("values", "layers", "heads", "before", size),
    ]
    results = [tensor("logits", "time", VOCABULARY)]
    results += [tensor(name, "layers", "heads", "read", size) for name in ("keys_read", "values_read")]
    body = helper.make_graph(graph.nodes, "composer", inputs, results, graph.constants)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
