CREATE TABLE orders (customer TEXT NOT NULL, id TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0), PRIMARY KEY (customer, id));
CREATE TRIGGER orders_comment AFTER INSERT ON orders BEGIN
  INSERT INTO comments (author, content) VALUES (new.customer, 'ordered ' || new.quantity);
END;
