#!/bin/sh
# Install what is missing on Debian and Ubuntu and pip cannot bring, where root or sudo permits;
# elsewhere say what is missing, and go on.
#
#   system-packages.sh venv PYTHON   what "PYTHON -m venv" needs
#   system-packages.sh qt PYTHON     the libraries that PySide6, installed for PYTHON, needs
#   system-packages.sh test PYTHON   an X server, a session bus, what PyInstaller needs, GNU parallel,
#                                    and a Slurm that the tests start for themselves

set -u

package_of() { # the package that holds a library, by the library's name
    case $1 in
        libEGL.so.1) echo libegl1 ;;
        libGL.so.1 | libGLX.so.0) echo libgl1 ;;
        libOpenGL.so.0) echo libopengl0 ;;
        libdbus-1.so.3) echo libdbus-1-3 ;;
        libdrm.so.2) echo libdrm2 ;;
        libfontconfig.so.1) echo libfontconfig1 ;;
        libfreetype.so.6) echo libfreetype6 ;;
        libglib-2.0.so.0 | libgthread-2.0.so.0) echo libglib2.0-0 ;;
        libgssapi_krb5.so.2) echo libgssapi-krb5-2 ;;
        libbrotlicommon.so.1 | libbrotlidec.so.1) echo libbrotli1 ;;
        libstdc++.so.6) echo libstdc++6 ;;
        libX11.so.6) echo libx11-6 ;;
        libX11-xcb.so.1) echo libx11-xcb1 ;;
        libwayland-*.so.*) echo "$1" | sed 's/\.so\..*/0/' ;;
        libxcb-icccm.so.4) echo libxcb-icccm4 ;;
        libxcb-keysyms.so.1 | libxcb-sync.so.1 | libxcb-util.so.1 | libxcb-xkb.so.1 | libxcb.so.1)
            echo "$1" | sed 's/\.so\..*/1/' ;;
        libxcb-*.so.0) echo "$1" | sed 's/\.so\..*/0/' ;;
        libxkbcommon.so.0) echo libxkbcommon0 ;;
        libxkbcommon-x11.so.0) echo libxkbcommon-x11-0 ;;
        libzstd.so.1) echo libzstd1 ;;
    esac
}

missing_libraries() { # of the parts of Qt that we load
    folder=$("$1" -c 'import pathlib, importlib.util as u
print(pathlib.Path(u.find_spec("PySide6").origin).parent)') || exit 1
    qt=$folder/Qt
    ldd "$folder"/QtCore.*.so "$folder"/QtGui.*.so "$folder"/QtWidgets.*.so "$folder"/QtSvg.*.so \
        "$folder"/QtOpenGL.*.so "$folder"/QtOpenGLWidgets.*.so \
        "$qt"/plugins/platforms/libqxcb.so "$qt"/plugins/platforms/libqoffscreen.so \
        "$qt"/plugins/platforms/libqwayland*.so "$qt"/plugins/xcbglintegrations/*.so \
        2>/dev/null | awk '/not found/ { print $1 }' | sort -u
}

missing_libpython() { # Debian has its Python's shared library apart
    "$1" -c '
import ctypes, sys, sysconfig
try:
    sys.base_prefix == "/usr" and ctypes.CDLL(sysconfig.get_config_var("INSTSONAME"))
except OSError:
    print("libpython3.%d" % sys.version_info[1])'
}

has() { # a daemon, where users do not look for programs
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null
}

wanted() {
    case $1 in
        venv)
            "$2" -c 'import ensurepip, venv' 2>/dev/null ||
                "$2" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])'
            ;;
        qt)
            for library in $(missing_libraries "$2"); do package_of "$library"; done
            find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \
                \( -name '*.[to]tf' -o -name '*.pfb' \) 2>/dev/null | grep -q . || echo fonts-dejavu-core
            ;;
        test)
            command -v Xvfb >/dev/null || echo xvfb
            command -v openbox >/dev/null || echo openbox
            command -v xdotool >/dev/null || echo xdotool
            command -v dbus-daemon >/dev/null || echo dbus
            command -v objdump >/dev/null || echo binutils
            command -v parallel >/dev/null || echo parallel
            has slurmctld || echo slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge
            has slurmdbd || echo slurmdbd slurm-wlm-mysql-plugin
            has mariadbd || echo mariadb-server-core mariadb-client-core
            missing_libpython "$2"
            ;;
    esac
}

[ "$(uname)" = Linux ] || exit 0
packages=$(wanted "$@" | tr ' ' '\n' | sort -u | tr '\n' ' ')
[ -n "$packages" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
if ! command -v apt-get >/dev/null; then
    echo "Missing on this system, under their Debian names: $packages" >&2
    exit 0
elif [ -n "$as_root" ] && ! $as_root true 2>/dev/null; then
    echo "Missing on this system: sudo apt-get install $packages" >&2
    exit 0
fi

echo "Installing system packages: $packages"
install() {
    # shellcheck disable=SC2086  # words, on purpose
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 \
        install --no-install-recommends $packages >/dev/null
}
install 2>/dev/null || { $as_root apt-get -qq update && install; } || {
    echo "Could not install them; going on without." >&2
}
