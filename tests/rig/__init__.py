"""What tests stand on: databases, servers, browsers and the named world."""
