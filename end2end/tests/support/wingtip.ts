/** What an operator types for a new customer. */
export type Customer = {
  companyName: string;
  domain: string;
  addressLine1: string;
  city: string;
  state: string;
  postalCode: string;
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
};

/** The documented example "Create a customer for an indirect reseller", with a domain that nobody has yet. */
export function wingtipToys(): Customer {
  return {
    companyName: "Wingtip Toys",
    domain: `wingtiptoys${Math.random().toString(36).slice(2, 12)}`,
    addressLine1: "One Microsoft Way",
    city: "Redmond",
    state: "WA",
    postalCode: "98052",
    firstName: "Gena",
    lastName: "Soto",
    email: "Gena@wingtiptoys.com",
    phone: "4255550101",
  };
}

/** A customer whose first password no answer of the simulator brings. */
export function forgottenToys(): Customer {
  return { ...wingtipToys(), companyName: "Forgotten Toys" };
}

/** The reseller of the example. */
export const FIRST_UP = { name: "First Up Consultants", id: "484e548c-f5f3-4528-93a9-c16c6373cb59" };
