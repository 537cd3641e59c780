export const PASSWORD = 'correct horse battery staple';
const COUNT = 20;

export const people = Array.from({ length: COUNT }, (_, index) => ({ username: `person-${index}`, name: `Person ${index}`, password: PASSWORD }));
