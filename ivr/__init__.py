"""The conversation: menus, the engine that walks them, the channels that carry it, the web door."""
