"""One forward pass of the network, derived again from the published description, in NumPy and float64.

Reads a state dict by its published names and shares nothing with the engine. Every step is written out:
rotations are matrices, a patch is a slice of the latent, attention is a softmax of dot products, one token
and one head at a time. Slow; for a few dozen tokens.

The network class of the program that most of the methods build on (guandeh17/Self-Forcing, commit 33593df)
was run once on :func:`seeded_state`, with its attention by PyTorch: in float64 it is within 1e-6 of both the
engine's network and this derivation.

``python -m tests.generators.engine.reference`` prints the numbers of ``reference.json`` anew.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
State = Mapping[str, Array]

HEADS, HEAD_DIM, LAYERS, CHANNELS, TEXT_DIM, FFN_DIM = 2, 128, 3, 4, 10, 80
DIM = HEADS * HEAD_DIM
EPS = 1e-6
AXIS_PAIRS = (22, 21, 21)
"""Channel pairs of a head that turn with time, row and column."""
SINUSOID = 256


@dataclass(frozen=True)
class Context:
    """Earlier frames that a pass attends to."""

    index: Sequence[int]
    """Temporal index of every frame."""
    layers: Sequence[tuple[Array, Array]]
    """Per layer keys before rotation, and values, each (frames * rows * columns, heads, head_dim)."""


@dataclass(frozen=True)
class Derived:
    """Result of a pass."""

    flow: Array
    """(C, F, H, W)."""
    own: list[tuple[Array, Array]]
    """Per layer the pass's keys before rotation, and values, (tokens, heads, head_dim)."""


def forward(
    state: State,
    latents: Array,
    timesteps: Sequence[float],
    words: Array,
    query_index: Sequence[int],
    own_key_index: Sequence[int],
    context: Context | None = None,
) -> Derived:
    """One pass over frames of one clip.

    Args:
        state: parameters by published name.
        latents: (C, F, H, W).
        timesteps: one a frame.
        words: (T, text_dim); all of them are attended to.
        query_index: temporal index of every frame's queries.
        own_key_index: temporal index of every frame's own keys.
        context: earlier frames.
    """
    frames, rows, columns = latents.shape[1], latents.shape[2] // 2, latents.shape[3] // 2
    area = rows * columns
    frame_of = [token // area for token in range(frames * area)]
    x = patches(state, latents)
    code = np.stack([linear(state, "time_embedding.0", sinusoid(t)) for t in timesteps])
    time = linear(state, "time_embedding.2", silu(code))  # (F, dim)
    six = linear(state, "time_projection.1", silu(time)).reshape(frames, 6, DIM)
    text = linear(state, "text_embedding.2", gelu(linear(state, "text_embedding.0", words)))
    own: list[tuple[Array, Array]] = []
    for layer in range(LAYERS):
        name = f"blocks.{layer}"
        change = state[f"{name}.modulation"][0] + six
        shift, scale, gate, shift_ffn, scale_ffn, gate_ffn = (change[frame_of, i] for i in range(6))

        inner = layer_norm(x) * (1 + scale) + shift
        query, key, value = projected(state, f"{name}.self_attn", inner, inner)
        own.append((key, value))
        seen_keys, seen_values = rotated(key, own_key_index, rows, columns), value
        if context is not None:
            raw, kept = context.layers[layer]
            seen_keys = np.concatenate([rotated(raw, context.index, rows, columns), seen_keys])
            seen_values = np.concatenate([kept, seen_values])
        mixed = attention(rotated(query, query_index, rows, columns), seen_keys, seen_values)
        x = x + linear(state, f"{name}.self_attn.o", mixed) * gate

        affine = layer_norm(x) * state[f"{name}.norm3.weight"] + state[f"{name}.norm3.bias"]
        query, key, value = projected(state, f"{name}.cross_attn", affine, text)
        x = x + linear(state, f"{name}.cross_attn.o", attention(query, key, value))

        inner = layer_norm(x) * (1 + scale_ffn) + shift_ffn
        x = x + linear(state, f"{name}.ffn.2", gelu(linear(state, f"{name}.ffn.0", inner))) * gate_ffn

    last = state["head.modulation"][0] + time[:, None]
    x = layer_norm(x) * (1 + last[frame_of, 1]) + last[frame_of, 0]
    return Derived(unpatched(linear(state, "head.head", x), frames, rows, columns), own)


def projected(state: State, name: str, x: Array, memory: Array) -> tuple[Array, Array, Array]:
    """Queries of x, keys and values of what it attends to, (tokens, heads, head_dim); values have no norm."""
    query = rms_norm(state, f"{name}.norm_q", linear(state, f"{name}.q", x))
    key = rms_norm(state, f"{name}.norm_k", linear(state, f"{name}.k", memory))
    value = linear(state, f"{name}.v", memory)
    return heads_of(query), heads_of(key), heads_of(value)


def patches(state: State, latents: Array) -> Array:
    """(C, F, H, W) -> (F * rows * columns, dim): every patch of 2 x 2 cells times its part of the kernel."""
    weight, bias = state["patch_embedding.weight"], state["patch_embedding.bias"]
    _, frames, height, width = latents.shape
    tokens = []
    for frame in range(frames):
        for top in range(0, height, 2):
            for left in range(0, width, 2):
                cut = latents[:, frame, top : top + 2, left : left + 2]
                tokens.append((weight[:, :, 0] * cut).sum((1, 2, 3)) + bias)
    return np.stack(tokens)


def unpatched(x: Array, frames: int, rows: int, columns: int) -> Array:
    """(F * rows * columns, 4 C) -> (C, F, H, W); a token's numbers go down, then right, then by channel."""
    made = np.empty((CHANNELS, frames, 2 * rows, 2 * columns))
    for channel, frame, y, x_ in np.ndindex(made.shape):
        token = (frame * rows + y // 2) * columns + x_ // 2
        made[channel, frame, y, x_] = x[token, (2 * (y % 2) + x_ % 2) * CHANNELS + channel]
    return made


def linear(state: State, name: str, x: Array) -> Array:
    """Weights (out, in) and bias."""
    made: Array = x @ state[f"{name}.weight"].T + state[f"{name}.bias"]
    return made


def layer_norm(x: Array) -> Array:
    """Mean 0 and variance 1 over the channels."""
    centred = x - x.mean(-1, keepdims=True)
    made: Array = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPS)
    return made


def rms_norm(state: State, name: str, x: Array) -> Array:
    """Root mean square 1 over all channels of all heads, then one factor a channel."""
    made: Array = x / np.sqrt((x**2).mean(-1, keepdims=True) + EPS) * state[f"{name}.weight"]
    return made


def gelu(x: Array) -> Array:
    """The approximation by a hyperbolic tangent."""
    made: Array = 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return made


def silu(x: Array) -> Array:
    made: Array = x / (1 + np.exp(-x))
    return made


def sinusoid(timestep: float) -> Array:
    """128 cosines, then 128 sines, of angles that fall from t towards t / 10000."""
    angle = [timestep * 10000 ** (-i / (SINUSOID // 2)) for i in range(SINUSOID // 2)]
    return np.array([math.cos(a) for a in angle] + [math.sin(a) for a in angle])


def heads_of(x: Array) -> Array:
    """(tokens, dim) -> (tokens, heads, head_dim)."""
    return x.reshape(len(x), HEADS, HEAD_DIM)


def rotated(x: Array, index: Sequence[int], rows: int, columns: int) -> Array:
    """Turn (tokens, heads, head_dim): a matrix for every token; frames, then rows, then columns."""
    places = [(time, row, column) for time in index for row in range(rows) for column in range(columns)]
    return np.stack([token @ rotation(*place).T for token, place in zip(x, places, strict=True)])


def rotation(time: int, row: int, column: int) -> Array:
    """(head_dim, head_dim): one 2 x 2 rotation a channel pair, 22 of them by time, 21 and 21 by place."""
    matrix = np.zeros((HEAD_DIM, HEAD_DIM))
    pair = 0
    for place, pairs in zip((time, row, column), AXIS_PAIRS, strict=True):
        for i in range(pairs):
            angle = place / 10000 ** (2 * i / (2 * pairs))
            cos, sin = math.cos(angle), math.sin(angle)
            matrix[2 * pair : 2 * pair + 2, 2 * pair : 2 * pair + 2] = [[cos, -sin], [sin, cos]]
            pair += 1
    return matrix


def attention(query: Array, key: Array, value: Array) -> Array:
    """Every query over all keys, no mask; (tokens, heads, head_dim) each -> (tokens, dim)."""
    mixed = np.empty_like(query)
    for token in range(len(query)):
        for head in range(HEADS):
            scores = key[:, head] @ query[token, head] / math.sqrt(HEAD_DIM)
            weight = np.exp(scores - scores.max())
            mixed[token, head] = (weight / weight.sum()) @ value[:, head]
    return mixed.reshape(len(query), DIM)


def shapes() -> dict[str, tuple[int, ...]]:
    """Names and shapes of the reduced network's parameters."""
    found: dict[str, tuple[int, ...]] = {
        "patch_embedding.weight": (DIM, CHANNELS, 1, 2, 2),
        "patch_embedding.bias": (DIM,),
        "head.modulation": (1, 2, DIM),
    }
    linears = {
        "text_embedding.0": (DIM, TEXT_DIM),
        "text_embedding.2": (DIM, DIM),
        "time_embedding.0": (DIM, SINUSOID),
        "time_embedding.2": (DIM, DIM),
        "time_projection.1": (6 * DIM, DIM),
        "head.head": (4 * CHANNELS, DIM),
    }
    for layer in range(LAYERS):
        name = f"blocks.{layer}"
        found[f"{name}.modulation"] = (1, 6, DIM)
        found[f"{name}.norm3.weight"] = found[f"{name}.norm3.bias"] = (DIM,)
        linears[f"{name}.ffn.0"], linears[f"{name}.ffn.2"] = (FFN_DIM, DIM), (DIM, FFN_DIM)
        for part in ("self_attn", "cross_attn"):
            found |= {f"{name}.{part}.norm_{which}.weight": (DIM,) for which in "qk"}
            linears |= {f"{name}.{part}.{which}": (DIM, DIM) for which in "qkvo"}
    for name, shape in linears.items():
        found |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return found


def numbers(name: str, shape: tuple[int, ...]) -> Array:
    """Numbers in [-1, 1) that follow from a name alone: SHA-256 of the name and a counter, 32 bits each."""
    count = math.prod(shape)
    chunks = (hashlib.sha256(f"{name}#{i}".encode()).digest() for i in range(-(-count // 8)))
    whole = np.frombuffer(b"".join(chunks), dtype="<u4")[:count]
    return whole.reshape(shape) / 2**31 - 1


def seeded_state() -> dict[str, Array]:
    """Parameters large enough that every part of the network shows in its output."""
    return {name: _scaled(name, shape) for name, shape in shapes().items()}


def _scaled(name: str, shape: tuple[int, ...]) -> Array:
    draw = numbers(name, shape)
    if ".norm" in name and name.endswith("weight"):
        return 1.2 + 0.6 * draw
    if "modulation" in name or len(shape) == 1:
        return 0.5 * draw
    # more behind a GELU and at the end: its two forms, which differ by 0.0005 at most, shall be told apart
    gain = 8.0 if ".ffn.2" in name or "text_embedding.2" in name else 4.4 if "head" in name else 2.2
    return gain * draw / math.sqrt(math.prod(shape[1:]))


@dataclass(frozen=True)
class Case:
    """One pass that is compared."""

    name: str
    timesteps: tuple[float, ...]
    query_start: int
    own_key_start: int
    context: tuple[int, ...] = ()
    """Temporal index of every context frame."""
    cells: tuple[int, int] = (4, 6)
    """Height and width of a latent frame."""

    @property
    def latents(self) -> Array:
        """(C, F, H, W)."""
        return 1.5 * numbers(f"{self.name} latents", (CHANNELS, len(self.timesteps), *self.cells))

    @property
    def words(self) -> Array:
        """(T, text_dim); the last two are the zeros behind a short prompt."""
        return np.concatenate([1.5 * numbers(f"{self.name} words", (3, TEXT_DIM)), np.zeros((2, TEXT_DIM))])

    @property
    def query_index(self) -> range:
        return range(self.query_start, self.query_start + len(self.timesteps))

    @property
    def own_key_index(self) -> range:
        return range(self.own_key_start, self.own_key_start + len(self.timesteps))

    @property
    def earlier(self) -> Context | None:
        """Random keys, not rotated, and values of the context."""
        if not self.context:
            return None
        tokens = len(self.context) * self.cells[0] * self.cells[1] // 4
        draw = 1.5 * numbers(f"{self.name} context", (LAYERS, 2, tokens, HEADS, HEAD_DIM))
        return Context(self.context, [(key, value) for key, value in draw])

    def derive(self, state: State) -> Derived:
        """The derivation's answer."""
        return forward(
            state,
            self.latents,
            self.timesteps,
            self.words,
            self.query_index,
            self.own_key_index,
            self.earlier,
        )


CASES = (
    Case("the first block", (1000.0, 1000.0), 0, 0),
    Case("a noise level for every frame", (1000.0, 937.5, 625.0), 5, 5, context=(2, 3)),
    Case("queries ahead of their own keys", (862.5, 500.0), 12, 6, context=(0, 4, 5), cells=(6, 4)),
    Case("far along, clean, an anchor moved", (0.0,), 1023, 1023, context=(1021, 7), cells=(2, 8)),
)
PICKED = 8
"""Numbers of every result that are written down, evenly spread."""


def picked(x: Array) -> list[float]:
    """Some numbers of a result."""
    flat = x.reshape(-1)
    return [float(flat[i]) for i in np.linspace(0, flat.size - 1, PICKED).round().astype(int)]


def vectors() -> dict[str, object]:
    """What ``reference.json`` holds."""
    state = seeded_state()
    cases = {}
    for case in CASES:
        made = case.derive(state)
        cases[case.name] = {
            "flow": picked(made.flow),
            "last_keys": picked(made.own[-1][0]),
            "last_values": picked(made.own[-1][1]),
        }
    return {
        "made_by": "python -m tests.generators.engine.reference: NumPy, float64, none of the engine's code",
        "state_and_inputs": "numbers() of SHA-256, in seeded_state() and Case",
        "picked": f"{PICKED} numbers of each result, evenly spread over it in memory order",
        "cases": cases,
    }


if __name__ == "__main__":
    print(json.dumps(vectors(), indent=2))  # noqa: T201
