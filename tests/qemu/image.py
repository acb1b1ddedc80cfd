"""The guest's initramfs: busybox, lastack with its libraries, the self-test and its programs."""

import pathlib
import re
import shutil
import subprocess

GUEST = pathlib.Path(__file__).resolve().parent / "guest"
SELF_TEST = ("run", "tap.sh", "status.sh", "list.sh", "watch.sh", "edges.awk", "edges.table",
             "lab.sh", "lab.awk", "lab.table")
PROGRAMS = ("hold", "play")  # each of its own .c file and loopback.c
FLAGS = ("-std=gnu17", "-static", "-O2", "-Wall", "-Wextra", "-Werror")
FOLDERS = ("bin", "programs", "dev", "proc", "sys", "tmp", "modules", "self-test")


class Broken(Exception):
    """The image cannot be made; the text says why."""


def build(root, lastack, kernel, image):
    """Fills the directory `root` and packs it as `image`."""
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    shutil.copy(GUEST / "init", root / "init")
    for name in SELF_TEST:
        shutil.copy(GUEST / name, root / "self-test" / name)
    for module in kernel.modules:
        shutil.copy(module, root / "modules" / module.name)
    for name in PROGRAMS:
        compile_static(name, root / "programs" / name)
    shutil.copy(found("busybox"), root / "bin" / "busybox")
    run(["strip", "-o", root / "programs" / "lastack", lastack])
    shutil.copy(found("setpriv"), root / "programs" / "setpriv")
    for library in libraries(lastack) | libraries(found("setpriv")):
        place = root / library.relative_to("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, place)
    pack(root, image)


def compile_static(name, output):
    sources = [GUEST / f"{name}.c", GUEST / "loopback.c"]
    run(["gcc", *FLAGS, "-o", output, *sources])


def libraries(program):
    """The shared libraries that `program` needs, the dynamic linker among them."""
    listing = run(["ldd", program])
    missing = re.findall(r"(\S+) => not found", listing)
    if missing:
        raise Broken(f"{program} needs libraries that are not here: {', '.join(missing)}")
    return {pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", listing)}


def pack(root, image):
    names = sorted(str(path.relative_to(root)) for path in root.rglob("*"))
    with open(image, "wb") as output:
        subprocess.run(["cpio", "--quiet", "--create", "--format=newc", "--owner=0:0"], cwd=root,
                       input="\n".join(names).encode(), stdout=output, check=True)


def found(program):
    path = shutil.which(program)
    if path is None:
        raise Broken(f"{program} is missing; tools/install-packages build kernels")
    return path


def run(command):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise Broken(f"{command[0]}: {(done.stderr or done.stdout).strip()}")
    return done.stdout
