"""Write the codec as one ONNX file that holds two graphs with nothing between them.

One goes from `sound` (channels, 1, samples) to `codes` (channels, indices a frame, frames), the other from `indices` of
the same shape to `heard`. Only whole numbers that the caller carries over can pass from the first to the second. The
first index of a frame is its level, the others are codewords, the coarsest first; a caller may leave out the last ones.
"""

import math
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from torch import nn

from codec_training.network import TINY, Codec, Tower
from codec_training.sizes import LEVEL_STEP, LEVELS, QUIETEST, RATE, SOFTNESS
from composer_training.graph import IR_VERSION, OPSET, Graph


def write_codec(codec: Codec, path: Path) -> None:
    """Write the .onnx file, with rate, hop, indices a frame and bits of an index in its metadata.

    Args:
        codec: as it was trained.
        path: where to.
    """
    graph, sizes = Graph(), codec.sizes
    for name, source in (("codes", _encoded(graph, codec)), ("heard", _decoded(graph, codec))):
        graph.nodes.append(helper.make_node("Identity", [source], [name]))
    inputs = [
        helper.make_tensor_value_info("sound", TensorProto.FLOAT, ["channels", 1, "samples"]),
        helper.make_tensor_value_info("indices", TensorProto.INT64, ["decoded channels", "used", "decoded frames"]),
    ]
    results = [
        helper.make_tensor_value_info("codes", TensorProto.INT64, ["channels", sizes.codes, "frames"]),
        helper.make_tensor_value_info("heard", TensorProto.FLOAT, ["decoded channels", 1, "decoded samples"]),
    ]
    body = helper.make_graph(graph.nodes, "codec", inputs, results, graph.constants)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    bits = math.log2(sizes.entries)
    facts = {"rate": RATE, "hop": sizes.hop, "codes": sizes.codes, "bits": bits, "level_bits": math.log2(LEVELS)}
    helper.set_model_props(model, {name: f"{value:g}" for name, value in facts.items()})
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _encoded(graph: Graph, codec: Codec) -> str:
    """The indices of `sound`."""
    hop = codec.sizes.hop
    kernel = graph.constant(codec.analysis.weight.detach().numpy())
    coefficients = graph.add("Conv", "sound", kernel, strides=[hop])
    square = graph.add("ReduceMean", graph.add("Mul", coefficients, coefficients), axes=[1], keepdims=1)
    level = graph.add("Log", graph.add("Add", graph.add("Sqrt", square), graph.number(TINY)))
    steps = graph.add(
        "Add",
        graph.add("Mul", level, graph.number(20 / math.log(10) / LEVEL_STEP)),
        graph.number(-QUIETEST / LEVEL_STEP),
    )
    bounded = graph.add("Clip", graph.add("Round", steps), graph.number(0), graph.number(LEVELS - 1))
    index = graph.add("Cast", bounded, to=TensorProto.INT64)
    relative = graph.add("Div", coefficients, _level(graph, codec, index))
    size = graph.add("Abs", relative)
    root = graph.add("Sqrt", graph.add("Add", size, graph.number(SOFTNESS**2)))
    y = graph.add("Mul", graph.add("Sign", relative), graph.add("Add", root, graph.number(-SOFTNESS)))
    both = graph.add("Concat", y, graph.add("Abs", y), axis=1)
    latents = graph.add("Add", _conv(graph, codec.into, y), _tower(graph, codec.encoder, both))
    rest, codes = graph.add("Transpose", latents, perm=[0, 2, 1]), [index]
    for book in codec.quantiser.books.numpy():
        words = graph.constant(book)
        fit = graph.add("MatMul", rest, graph.add("Transpose", words, perm=[1, 0]))
        fit = graph.add("Add", fit, graph.constant(-0.5 * np.square(book).sum(axis=1)))
        code = graph.add("ArgMax", fit, axis=2, keepdims=0)
        codes.append(graph.add("Unsqueeze", code, graph.sizes(1)))
        rest = graph.add("Sub", rest, graph.add("Gather", words, code, axis=0))
    return graph.add("Concat", *codes, axis=1)


def _decoded(graph: Graph, codec: Codec) -> str:
    """The sound of `indices`."""
    sizes = codec.sizes
    zero, one, two, end = (graph.sizes(number) for number in (0, 1, 2, sizes.codes))
    index = graph.add("Slice", "indices", zero, one, one)
    chosen = graph.add("Slice", "indices", one, end, one)
    starts = graph.constant(np.arange(sizes.stages)[:, None] * sizes.entries)
    used = graph.add("Slice", graph.add("Shape", chosen), one, two)
    rows = graph.add("Add", chosen, graph.add("Slice", starts, zero, used, zero))
    books = graph.constant(codec.quantiser.books.numpy().reshape(-1, sizes.latent))
    words = graph.add("Gather", books, rows, axis=0)
    quantised = graph.add("Transpose", graph.add("ReduceSum", words, one, keepdims=0), perm=[0, 2, 1])
    y = graph.add("Add", _conv(graph, codec.out_of, quantised), _tower(graph, codec.decoder, quantised))
    root = graph.add("Add", graph.add("Abs", y), graph.number(SOFTNESS))
    size = graph.add("Add", graph.add("Mul", root, root), graph.number(-(SOFTNESS**2)))
    relative = graph.add("Mul", graph.add("Sign", y), size)
    coefficients = graph.add("Mul", relative, _level(graph, codec, index))
    kernel = graph.constant(codec.synthesis.weight.detach().numpy())
    return graph.add("ConvTranspose", coefficients, kernel, strides=[sizes.hop])


def _level(graph: Graph, codec: Codec, index: str) -> str:
    """What an index of level stands for."""
    return graph.add("Gather", graph.constant(codec.levels.numpy()), index, axis=0)


def _conv(graph: Graph, layer: nn.Conv1d, x: str) -> str:
    """A convolution, as it was trained."""
    arrays = [layer.weight] if layer.bias is None else [layer.weight, layer.bias]
    constants = [graph.constant(array.detach().numpy()) for array in arrays]
    dilation, padding = int(layer.dilation[0]), int(layer.padding[0])
    return graph.add("Conv", x, *constants, dilations=[dilation], pads=[padding, padding])


def _tower(graph: Graph, tower: Tower, x: str) -> str:
    """Residual convolutions."""
    x = _conv(graph, tower.first, x)
    for block in tower.blocks:
        wide = _conv(graph, block.wide, graph.add("Elu", x))
        x = graph.add("Add", x, _conv(graph, block.point, graph.add("Elu", wide)))
    return _conv(graph, tower.last, graph.add("Elu", x))
