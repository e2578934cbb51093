// A made-up advertisement with made-up products, for a first look.

export const EXAMPLE = {
  title: "Calmroot: the drops your doctor never mentions",
  text: `Calmroot tincture reverses arthritis in just seven days. Thousands of our customers have thrown away their tablets, and unlike prescription painkillers it cannot harm you, because it is 100% natural.

"After one bottle my pain was gone for good," says Marta, 58. A laboratory study proves that Calmroot melts inflammation at the source. It may also help you sleep and lift a low mood.

Take ten drops under the tongue, three times a day. Some people notice mild nausea in the first week. Talk to your pharmacist first if you take blood thinners. These statements have not been evaluated by any medicines agency.

Order today: stock is limited, and the industry would rather you did not know.`,
};
