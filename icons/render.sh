#!/usr/bin/env bash
# Draws every icon anew from source.svg (large), small.svg (up to 32 px) and tray.svg.
# Needs chromium, ImageMagick and the packages of the UI (`npm ci` in ui/).
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# draw DRAWING SIZE PICTURE: one SVG as a PNG on nothing.
draw() {
  printf '<!doctype html><style>body{margin:0}img{display:block;width:%dpx}</style><img src="drawing.svg">' "$2" >"$work/page.html"
  cp "$1" "$work/drawing.svg"
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
    --force-device-scale-factor=1 --window-size="$2,$2" --screenshot="$3" "file://$work/page.html" >/dev/null 2>&1
}

draw source.svg 1024 source.png
npm exec --prefix ../ui -- tauri icon "$PWD/source.png" -o "$work/made" >/dev/null
cp "$work"/made/{128x128.png,128x128@2x.png,icon.png,icon.icns} .

# Below 48 px the stitches turn to mud: there the small drawing is used. It is drawn large and averaged, so that it keeps to the grid.
draw small.svg 960 "$work/small.png"
for size in 16 24 32; do convert "$work/small.png" -filter Box -resize "$size" "PNG32:$work/$size.png"; done
for size in 48 64 256; do convert source.png -filter Lanczos -resize "$size" "PNG32:$work/$size.png"; done
cp "$work/32.png" 32x32.png
convert "$work"/{16,24,32,48,64,256}.png icon.ico

# Light for dark panels, dark for light ones; macOS takes the dark one as its template.
draw tray.svg 32 tray.png
sed 's/#FFFFFF/#1F1B16/' tray.svg >"$work/tray-dark.svg"
draw "$work/tray-dark.svg" 32 tray-dark.png
for icon in 128x128.png 128x128@2x.png icon.png tray.png tray-dark.png; do convert "$icon" -strip "PNG32:$icon"; done
