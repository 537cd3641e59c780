-- Run once by the image, on a new volume: the demo shop has a database of its own. Its password is known to everybody, so only
-- the shop's own network leads here, and the schemas of Latchkey are closed to this role.
CREATE ROLE box_office LOGIN PASSWORD 'box-office-demo';
CREATE DATABASE box_office OWNER box_office;
REVOKE CONNECT ON DATABASE box_office FROM PUBLIC;
