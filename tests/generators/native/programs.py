"""Sources of the fake programs; flags and file names as in the repositories that the declarations name."""

from __future__ import annotations

from generators.native.declaration import CORE_MODULES

STUBS = {
    "torch/__init__.py": """
import os, random
__version__ = os.environ.get("FAKE_TORCH", "2.5.1+cu124")
class version:
    cuda = "12.4"
class cuda:
    seeds = []
    is_available = staticmethod(lambda: os.environ.get("FAKE_GPU", "1") != "0")
    get_device_name = staticmethod(lambda index: os.environ.get("FAKE_GPU_NAME", "Fake GPU"))
    get_device_capability = staticmethod(lambda index: (int(os.environ.get("FAKE_GENERATION", "8")), 0))
    class _Properties:
        total_memory = int(float(os.environ.get("FAKE_GPU", "1") != "small") * 84e9) or 8 * 2**30
    get_device_properties = staticmethod(lambda index: cuda._Properties)
    manual_seed_all = staticmethod(lambda seed: cuda.seeds.append(seed))
seeds = []
def manual_seed(seed):
    seeds.append(seed)
def zeros(*shape):
    return shape
""",
    "torchvision/__init__.py": "",
    "torchvision/io.py": """
import os
def write_video(path, video, fps):
    if why := os.environ.get("FAKE_AV"):
        raise TypeError(why)
    assert os.path.isdir(os.path.dirname(path)) and video == (2, 32, 32, 3) and fps == 16
""",
    "flash_attn.py": """
import os
if os.environ.get("FAKE_FLASH") == "broken":
    raise ImportError("undefined symbol: _ZN3c104cuda9SetDeviceEi")
""",
    **{
        f"{name}.py": ""
        for name in (*CORE_MODULES[3:], "PIL", "imageio", "imageio_ffmpeg", "peft", "datasets")
    },
}
"""An environment: modules that can be imported and do nothing."""

CORE = '''
"""What all fake programs do: note what they were given, fail as told, write a clip."""
import json, os, shutil, signal, subprocess, sys, time, zlib

FAILURE = os.environ.get("FAKE_FAILURE", "")


TONE = 0


def note(**more):
    global TONE
    seed = {**more.get("args", {}), **more.get("config", {})}.get("seed", more.get("drawn"))
    TONE = zlib.crc32(repr((seed, more["prompts"])).encode()) % 50
    body = {"argv": sys.argv[1:], "program": sys.argv[0], "cwd": os.getcwd(), "env": dict(os.environ), **more}
    with open(os.environ["FAKE_SEEN"], "w", encoding="utf-8") as file:
        json.dump(body, file)


def prompts(path):
    """As TextDataset reads them."""
    with open(path, encoding="utf-8") as file:
        return [line.rstrip() for line in file]


def fail():
    print("Free VRAM 79.1 GB", flush=True)
    if FAILURE == "crash":
        raise RuntimeError("size mismatch for blocks.0.self_attn.q.weight")
    if FAILURE == "oom":
        sys.exit("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 17.00 GiB. GPU 0 has ...")
    if FAILURE == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if FAILURE == "hang":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with open(os.environ["FAKE_SEEN"] + ".pid", "w") as file:
            file.write(str(child.pid))
        print("loading checkpoint shards", file=sys.stderr, flush=True)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)


def write_video(path, frames, fps=16):
    """Frames of one grey; encoded once and copied from then on."""
    if FAILURE == "none":
        return
    size = (416, 240) if FAILURE == "size" else (832, 480)
    fps = 24 if FAILURE == "fps" else fps
    frames = frames // 2 if FAILURE == "short" else frames - 3 if FAILURE == "three less" else frames
    if FAILURE == "no video":
        with open(path, "w") as file:
            file.write("not a video")
        return
    kept = os.path.join(os.environ["FAKE_CLIPS"], f"{frames}-{fps}-{size[0]}-{TONE}.mp4")
    if not os.path.exists(kept):
        encode(kept, frames, fps, *size)
    shutil.copyfile(kept, path)
    if FAILURE == "two":
        shutil.copyfile(kept, path.replace(".mp4", "-again.mp4"))


def encode(path, frames, fps, width, height):
    import av, numpy
    part = f"{path}.{os.getpid()}.mp4"
    with av.open(part, "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "40"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(frames):
            frame = av.VideoFrame(width, height, "yuv420p")
            for plane, value in zip(frame.planes, (index % 150 + TONE + 20, 128, 128)):
                plane.update(bytes([value]) * plane.buffer_size)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    os.replace(part, path)
'''

_FAMILY = """
import argparse, os
import torch
from torchvision.io import write_video
from fake_core import fail, note, prompts, write_video
parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("--config_path", type=str)
parser.add_argument("--checkpoint_path", type=str)
parser.add_argument("--data_path", type=str)
parser.add_argument("--output_folder", type=str)
parser.add_argument("--num_output_frames", type=int, default=%(default)s)
parser.add_argument("--i2v", action="store_true")
parser.add_argument("--use_ema", action="store_true")
parser.add_argument("--seed", type=int, default=0)
%(more)s
args = parser.parse_args()
lines = prompts(args.data_path)
note(args=vars(args), prompts=lines)
for needed in (args.config_path, "configs/default_config.yaml", args.checkpoint_path):
    open(needed).close()
fail()
frames = args.num_output_frames
%(check)s
os.makedirs(args.output_folder, exist_ok=True)
for idx, prompt in enumerate(lines):
    %(save)s
"""
_SAMPLES = """
parser.add_argument("--extended_prompt_path", type=str)
parser.add_argument("--num_samples", type=int, default=1)
parser.add_argument("--save_with_index", action="store_true")
"""
_PROMPT_OR_INDEX = """
    model = "regular" if not args.use_ema else "ema"
    for k in range(args.num_samples):
        name = f"{idx}-{k}_{model}.mp4" if args.save_with_index else f"{prompt[:100]}-{k}.mp4"
        write_video(os.path.join(args.output_folder, name), 4 * frames - 3)
"""
_SUBFOLDER = """
    step = os.path.basename(os.path.dirname(args.checkpoint_path)).split("_")[-1]
    folder = os.path.join(args.output_folder, step)
    os.makedirs(folder, exist_ok=True)
    write_video(os.path.join(folder, f"{prompt[:50]}.mp4"), 4 * frames - 3)
"""
_SKIPS = """
    path = os.path.join(args.output_folder, f"{prompt[:100]}.mp4")
    if os.path.exists(path):
        print("Video has been generated. Pass!")
        continue
    write_video(path, 4 * frames - 3)
"""
_BLOCKS = "assert frames % 3 == 0"
_CAPPED = """
if frames > 21:
    raise RuntimeError("The expanded size of the tensor (0) must match the existing size (4680)")
"""


def _family(save: str, check: str = _BLOCKS, more: str = _SAMPLES, default: str = "21") -> str:
    return _FAMILY % {"save": save.strip(), "check": check, "more": more, "default": default}


_STEADY = _family(
    """
    text, _, subtitles = prompt.partition(";")
    assert not subtitles, "subtitles would be drawn"
    assert "|" not in text, "two scenes"
    assert not re.search(r"\\[(\\d+\\.?\\d*)\\s*s[#]?\\]", text), "the flag would be ignored"
    assert args.use_ema and args.save_with_index and args.num_samples == 1
    write_video(os.path.join(args.output_folder, f"{idx}-{args.seed}_ema.mp4"), 4 * frames - 3)
    """,
    check="import re\nassert frames is not None and frames % 6 == 0",
    more=_SAMPLES + 'parser.add_argument("--output_index", type=int, default=None)\n',
    default="None",
)

_CAUSVID = """
import argparse, os, random
import numpy, torch
from causvid.data import TextDataset
from fake_core import fail, note, write_video
parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("--config_path", type=str)
parser.add_argument("--checkpoint_folder", type=str)
parser.add_argument("--output_folder", type=str)
parser.add_argument("--prompt_file_path", type=str)
%(more)s
args = parser.parse_args()
lines = TextDataset(args.prompt_file_path).texts
drawn = [random.random(), float(numpy.random.rand())]
note(args=vars(args), prompts=lines, drawn=drawn, torch_seeds=torch.seeds, cuda_seeds=torch.cuda.seeds)
open(args.config_path).close()
open(os.path.join(args.checkpoint_folder, "model.pt")).close()
fail()
os.makedirs(args.output_folder, exist_ok=True)
for index, prompt in enumerate(lines):
    write_video(os.path.join(args.output_folder, f"%(name)s_{index:03d}.mp4"), %(frames)s)
"""
_CAUSVID_DATA = """
class TextDataset:
    def __init__(self, path):
        with open(path, "r") as file:
            self.texts = [line.strip() for line in file]
"""

_LONGLIVE = """
import argparse, os
import yaml
import peft, torch
from fake_core import fail, note, prompts, write_video
parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("--config_path", type=str)
args = parser.parse_args()
assert "LOCAL_RANK" not in os.environ
with open(args.config_path, encoding="utf-8") as file:
    config = yaml.safe_load(file)
lines = prompts(config["data_path"])
note(config=config, prompts=lines)
open(config["generator_ckpt"]).close()
open(config["lora_ckpt"]).close()
fail()
L = config["num_output_frames"]
assert L % 3 == 0
pieces = -(-L // 120) if "infinity" in open(args.config_path, encoding="utf-8").read() else 1
os.makedirs(config["output_folder"], exist_ok=True)
for idx, prompt in enumerate(lines):
    for k in range(config["num_samples"]):
        name = f"rank0-{idx}-{k}_lora.mp4" if config["save_with_index"] else f"rank0-{prompt[:100]}-{k}.mp4"
        write_video(os.path.join(config["output_folder"], name), 4 * L - 3 * pieces)
"""

PROGRAMS: dict[tuple[str, str], dict[str, str]] = {
    ("steady-forcing", "."): {"inference.py": _STEADY},
    ("self-forcing", "."): {"inference.py": _family(_PROMPT_OR_INDEX, _BLOCKS + _CAPPED)},
    ("rolling-forcing", "."): {"inference.py": _family(_PROMPT_OR_INDEX)},
    ("infinite-forcing", "."): {"inference.py": _family(_SUBFOLDER)},
    ("reward-forcing", "."): {"inference.py": _family(_SUBFOLDER)},
    ("causal-forcing", "."): {"inference.py": _family(_SKIPS, _CAPPED, more="")},
    ("causal-forcing", "long_video"): {"inference.py": _family(_PROMPT_OR_INDEX)},
    ("causvid", "."): {
        "minimal_inference/autoregressive_inference.py": _CAUSVID
        % {"more": "", "name": "output", "frames": "81"},
        "minimal_inference/longvideo_autoregressive_inference.py": _CAUSVID
        % {
            "more": 'parser.add_argument("--num_rollout", type=int, default=3)\n'
            'parser.add_argument("--num_overlap_frames", type=int, default=3)',
            "name": "long_video_output",
            "frames": "72 * args.num_rollout",
        },
        "causvid/__init__.py": "",
        "causvid/data.py": _CAUSVID_DATA,
    },
    ("longlive", "."): {"inference.py": _LONGLIVE},
}
"""Files of a program by method and working folder."""
