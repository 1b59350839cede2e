#!/usr/bin/python3
"""A tray without a panel: takes in status notifiers as a desktop's panel does, and tells and works their menus.

It prints one line of JSON for each change of a menu, `{"menu": ["New capture", ...]}`, and clicks the entry whose label it reads from its
standard input. A label may be the beginning of one.
"""

import json
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


class Host(dbus.service.Object):
    def __init__(self, bus):
        self.bus = bus
        self.menu = None
        self.ids = {}
        super().__init__(dbus.service.BusName(WATCHER, bus), "/StatusNotifierWatcher")

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        name, path = (sender, service) if service.startswith("/") else (service, "/StatusNotifierItem")
        self.StatusNotifierItemRegistered(name + path)
        # The item answers questions only after this call has been answered.
        GLib.idle_add(self.take_in, name, path)

    @dbus.service.signal(WATCHER, signature="s")
    def StatusNotifierItemRegistered(self, service):
        pass

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {
            "IsStatusNotifierHostRegistered": True,
            "ProtocolVersion": dbus.Int32(0),
            "RegisteredStatusNotifierItems": dbus.Array([], signature="s"),
        }

    def take_in(self, name, path):
        item = dbus.Interface(self.bus.get_object(name, path), dbus.PROPERTIES_IFACE)
        self.menu = dbus.Interface(self.bus.get_object(name, item.Get(ITEM, "Menu")), MENU)
        for signal in ("LayoutUpdated", "ItemsPropertiesUpdated"):
            self.menu.connect_to_signal(signal, lambda *_: self.tell())
        self.tell()

    def tell(self):
        _, (_, _, entries) = self.menu.GetLayout(0, -1, [])
        self.ids = {str(properties.get("label", "")): number for number, properties, _ in entries if "label" in properties}
        print(json.dumps({"menu": list(self.ids)}), flush=True)

    def click(self, label):
        number = next((number for known, number in self.ids.items() if known.startswith(label)), None)
        if number is None:
            print(json.dumps({"missing": label}), flush=True)
        else:
            self.menu.Event(number, "clicked", dbus.String("", variant_level=1), dbus.UInt32(0))


def heard(_source, _condition, host, loop):
    line = sys.stdin.readline()
    if line == "":
        loop.quit()
        return False
    host.click(line.strip())
    return True


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
loop = GLib.MainLoop()
host = Host(dbus.SessionBus())
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, heard, host, loop)
print(json.dumps({"ready": True}), flush=True)
loop.run()
