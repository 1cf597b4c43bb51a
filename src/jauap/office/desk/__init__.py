"""The desk: the frame around all screens (visitor, navigation, refusals) and Today, where a person starts."""
